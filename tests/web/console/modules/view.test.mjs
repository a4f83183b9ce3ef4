// What is shown and what can be pressed, in each state; and that every text is there.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { OFF } from '../../../../evovoice/web/console/static/phone/port.js'
import { en, textsIn } from '../../../../evovoice/web/console/static/texts/en.js'
import { view } from '../../../../evovoice/web/console/static/view.js'

const STATIC = new URL('../../../../evovoice/web/console/static/', import.meta.url)
const call = (phase, more) => ({ id: 'CA1', from: '+12025550123', phase, muted: false, poorLine: false, ...more })
const phone = (registration, found = null, problem = null) => ({ ...OFF, registration, call: found, problem })
const known = (more) => ({
  user: { name: 'Ann', endpointId: 'u-ann' }, phone: phone('ready'), isThere: true, tab: 'here',
  session: null, waiting: null, wish: null, stream: 'live', ...more,
})
const SESSION = { displayName: '+1', members: [
  { endpointId: 'u-ann', callState: 'Connected' }, { displayName: 'Bea', callState: 'Connected' }] }

test('who calls is shown by name once the service knows, and can be answered or declined', () => {
  const ringing = known({ phone: phone('ready', call('ringing')) })
  assert.deepEqual(view(ringing).incoming, { key: 'calls', facts: { name: '+12025550123' } })
  assert.equal(view({ ...ringing, session: SESSION }).incoming.facts.name, 'Bea')
  assert.equal(view(ringing).buttons.answer.shown, true)
  assert.equal(view(ringing).buttons.dial.reason, 'callRings')
})

test('the own phone that rings for a dialled call is no incoming call, unless it is somebody else', () => {
  const wish = { key: 'dialling', name: 'Bea' }
  const own = known({ phone: phone('ready', call('ringing')), wish })
  assert.equal(view(own).incoming, null)
  assert.equal(view(own).call.key, 'dialling')
  assert.notEqual(view({ ...own, wish: { ...wish, isForeign: true } }).incoming, null)
})

test('a party who still rings is called, not talked with', () => {
  const open = known({ phone: phone('ready', call('open')), session: SESSION })
  assert.equal(view(open).call.key, 'open')
  const rings = { ...SESSION, members: [SESSION.members[0], { displayName: 'Bea', callState: 'Ringing' }] }
  assert.deepEqual(view({ ...open, session: rings }).call, { key: 'dialling', facts: { name: 'Bea' } })
})

test('what cannot be done has a reason, and the way out is never blocked', () => {
  const { buttons } = view(known({}))
  for (const name of ['mute', 'keypad', 'hangUp']) assert.equal(buttons[name].reason, 'noCall')
  for (const phase of ['connecting', 'open', 'reconnecting']) {
    for (const wish of [null, { key: 'leaving', name: '' }]) {
      const busy = known({ phone: phone('lost', call(phase)), wish, stream: 'lost' })
      assert.equal(view(busy).buttons.hangUp.reason, null)
      assert.equal(view(busy).buttons.stop.reason, 'inACall')
    }
  }
})

test('a phone that is elsewhere, missing or lost says so', () => {
  assert.equal(view(known({ tab: 'elsewhere' })).status.key, 'elsewhere')
  assert.equal(view(known({ tab: 'elsewhere' })).buttons.useHere.shown, true)
  const none = known({ isThere: false, phone: phone('off', null, 'libraryMissing') })
  assert.equal(view(none).status.key, 'libraryMissing')
  assert.equal(view(none).buttons.start.shown, false)
  assert.equal(view(known({ phone: phone('lost', null, 'unreachable') })).status.key, 'unreachable')
})

test('a call that waits is offered until one is in a call again', () => {
  const waiting = known({ waiting: { ...SESSION, members: [SESSION.members[1]] } })
  assert.deepEqual(view(waiting).waiting, { key: 'callWaits', facts: { name: 'Bea' } })
  assert.equal(view(waiting).buttons.takeBack.shown, true)
  assert.equal(view({ ...waiting, phone: phone('ready', call('open')) }).waiting, null)
})

test('a poor line is told, but not while muted', () => {
  const poor = known({ phone: phone('ready', call('open', { poorLine: true })), stream: 'lost' })
  assert.deepEqual(view(poor).notices.map(({ key }) => key), ['poorLine', 'streamLost'])
  const muted = known({ phone: phone('ready', call('open', { poorLine: true, muted: true })) })
  assert.deepEqual(view(muted).notices, [])
})

test('every state has its texts', () => {
  const text = textsIn(en)
  const wishes = [null, 'dialling', 'returning', 'leaving'].map((key) => key && { key, name: 'Bea' })
  for (const registration of ['off', 'starting', 'ready', 'lost']) {
    for (const phase of [null, 'ringing', 'connecting', 'open', 'reconnecting']) {
      for (const wish of wishes) {
        for (const tab of ['here', 'elsewhere']) {
          const shown = view(known({ phone: phone(registration, phase && call(phase)), wish, tab }))
          for (const { key, facts } of [shown.status, shown.call, shown.incoming].filter(Boolean)) text(key, facts)
          for (const { reason } of Object.values(shown.buttons)) if (reason) text(reason)
        }
      }
    }
  }
})

test('every text that a file names is there, and none is there for nobody', () => {
  const files = readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith('.js') && !name.includes('texts'))
  const template = readFileSync(new URL('../templates/phone.html', STATIC), 'utf8')
  const source = files.map((name) => readFileSync(new URL(name, STATIC), 'utf8')).join('\n')
  for (const key of template.matchAll(/data-text="(\w+)"/g)) assert.ok(key[1] in en, key[1])
  const named = new Set([...source.matchAll(/['"](\w+)['"]/g), ...template.matchAll(/data-text="(\w+)"/g),
    ...source.matchAll(/^ {2}(starting|ready|lost|off)\b/gm)].map(([, key]) => key))
  assert.deepEqual(Object.keys(en).filter((key) => !named.has(key)), [])
})
