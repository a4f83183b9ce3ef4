// The phone without a page: its life as a function, when its token is renewed, what a refusal means.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OFF, PhoneStore, phoneAfter } from '../../../../evovoice/web/console/static/phone/port.js'
import { askForMicrophone } from '../../../../evovoice/web/console/static/phone/permission.js'
import { lifetime, renewal } from '../../../../evovoice/web/console/static/phone/renewal.js'
import { noPhone } from '../../../../evovoice/web/console/static/phone/none.js'

const RINGS = { type: 'rings', id: 'CA1', from: '+12025550123' }
const after = (...events) => events.reduce((state, event) =>
  phoneAfter(state, typeof event === 'string' ? { type: event } : event), OFF)
const token = (claims) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`
const HOUR = token({ nbf: 1000, exp: 4600 })

test('a call rings, is answered, cut, heard again and over', () => {
  const open = after('starting', 'registered', RINGS, 'answering', 'answered')
  assert.deepEqual(open.call, { id: 'CA1', from: '+12025550123', phase: 'open', muted: false, poorLine: false, silenced: false })
  const cut = phoneAfter(open, { type: 'reconnecting' })
  assert.equal(cut.call.phase, 'reconnecting')
  assert.equal(phoneAfter(cut, { type: 'reconnected' }).call.phase, 'open')
  assert.equal(phoneAfter(open, { type: 'over' }).call, null)
})

test('a second call does not take the place of the first', () => {
  assert.equal(after(RINGS, { type: 'rings', id: 'CA2', from: 'x' }).call.id, 'CA1')
})

test('reports that come when the call is over change nothing', () => {
  for (const type of ['answering', 'answered', 'muted', 'reconnecting', 'reconnected', 'poorLine']) {
    assert.equal(after({ type, muted: true, poor: true }).call, null, type)
  }
})

test('a phone that was stopped is not lost, one that was ready is', () => {
  assert.equal(after('starting', 'registered', 'unregistered').registration, 'lost')
  assert.equal(after('starting', 'registered', 'stopped', 'unregistered').registration, 'off')
  assert.equal(after('starting', 'unreachable', 'registered').problem, null)
})

test('listeners hear changes alone, and one that fails stops no other', () => {
  const store = new PhoneStore()
  const heard = []
  globalThis.reportError = () => heard.push('reported')
  store.onChange(() => { throw new Error('x') })
  const stop = store.onChange((state) => heard.push(state.registration))
  store.happened({ type: 'starting' })
  store.happened({ type: 'answered' }) // there is no call
  stop()
  store.happened({ type: 'registered' })
  assert.deepEqual(heard, ['reported', 'starting', 'reported'])
  assert.throws(() => phoneAfter(OFF, { type: 'sings' }), /no phone knows/)
})

test('a token is renewed at three quarters of its life, and not in a call until it is urgent', () => {
  assert.equal(lifetime(HOUR), 3600)
  assert.deepEqual(renewal(HOUR, 0, false), { isDue: false, wait: 2_700_000 })
  assert.equal(renewal(HOUR, 2700, false).isDue, true)
  assert.equal(renewal(HOUR, 2700, true).isDue, false)
  assert.equal(renewal(HOUR, 3480, true).isDue, true)
})

test('a token that tells no end is renewed all the same', () => {
  for (const odd of ['not a token', 'a.b.c', token({ exp: 5 }), '']) {
    assert.equal(lifetime(odd), null)
    assert.equal(renewal(odd, 601, false).isDue, true)
  }
})

test('the microphone is let go at once, and each refusal has its own text', async () => {
  let stopped = 0
  const stream = { getTracks: () => [{ stop: () => { stopped += 1 } }] }
  assert.equal(await askForMicrophone({ getUserMedia: async () => stream }), null)
  assert.equal(stopped, 1)
  for (const [name, problem] of [['NotAllowedError', 'microphoneRefused'], ['NotFoundError', 'microphoneMissing'],
    ['NotReadableError', 'microphoneBusy'], ['TypeError', 'microphoneFailed']]) {
    const refuse = async () => { throw Object.assign(new Error(), { name }) }
    assert.equal(await askForMicrophone({ getUserMedia: refuse }), problem)
  }
  assert.equal(await askForMicrophone(null), 'insecurePage')
})

test('no phone has all that a phone has', () => {
  const names = ['isThere', 'state', 'onChange', 'onLevel', 'start', 'stop', 'wake', 'answer', 'decline', 'silence',
    'setMuted', 'sendDigits', 'hangUp', 'devices', 'useMicrophone', 'useSpeaker']
  assert.deepEqual(Object.keys(noPhone('libraryMissing')), names)
})
