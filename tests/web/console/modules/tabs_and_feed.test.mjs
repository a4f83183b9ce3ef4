// Which tab has the phone, and how the event stream is read.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventParser } from '../../../../evovoice/web/console/static/event_parser.js'
import { lead } from '../../../../evovoice/web/console/static/leader.js'
import { announcer } from '../../../../evovoice/web/console/static/announce.js'

const until = async (holds) => {
  for (let n = 0; !holds() && n < 400; n += 1) await new Promise((done) => setTimeout(done, 5))
  assert.ok(holds())
}

// The browser's locks, as far as they are used: one holder, a queue, and stealing.
class Locks {
  queue = []
  holder = null
  request(name, options, work) {
    return new Promise((done, fail) => {
      const one = { work, done, fail }
      if (options.ifAvailable && this.holder) return done(work(null))
      if (options.steal && this.holder) {
        this.holder.fail(Object.assign(new Error(), { name: 'AbortError' }))
        this.holder = null
        return this.#give(one)
      }
      this.queue.push(one)
      return this.#next()
    })
  }
  #next() {
    if (!this.holder && this.queue.length) this.#give(this.queue.shift())
  }
  async #give(one) {
    this.holder = one
    await one.work({ name: 'lock' })
    if (this.holder !== one) return
    this.holder = null
    one.done()
    this.#next()
  }
}

class Channel extends EventTarget {
  static all = new Set()
  constructor() { super(); Channel.all.add(this) }
  set onmessage(hear) { this.addEventListener('message', hear) }
  postMessage(data) {
    for (const other of Channel.all) {
      if (other !== this && !other.isFrozen) queueMicrotask(() => other.dispatchEvent(Object.assign(new Event('message'), { data })))
    }
  }
}

function tabs(count) {
  Channel.all.clear()
  const locks = new Locks()
  return Array.from({ length: count }, () => {
    const tab = { where: [], isBusy: false, lost: 0 }
    tab.leader = lead({
      onChange: (where) => tab.where.push(where), isBusy: () => tab.isBusy,
      letGo: async () => { tab.lost += 1 }, locks, Channel,
    })
    tab.at = () => tab.where.at(-1)
    return tab
  })
}

test('one of two tabs has the phone, and gives it when it is asked to', async () => {
  const [first, second] = tabs(2)
  await until(() => first.at() === 'here' && second.at() === 'elsewhere')
  assert.equal(await second.leader.take(), 'taken')
  assert.deepEqual([first.at(), second.at(), first.lost], ['elsewhere', 'here', 1])
  assert.equal(await first.leader.take(), 'taken')
  await until(() => first.at() === 'here' && second.at() === 'elsewhere')
})

test('a tab in a call keeps the phone', async () => {
  const [first, second] = tabs(2)
  first.isBusy = true
  await until(() => second.at() === 'elsewhere')
  assert.equal(await second.leader.take(), 'busy')
  assert.deepEqual([first.at(), first.lost], ['here', 0])
})

test('a frozen tab that says nothing loses the phone', async () => {
  const [first, second] = tabs(2)
  await until(() => second.at() === 'elsewhere')
  for (const one of Channel.all) one.isFrozen = true
  assert.equal(await second.leader.take(), 'taken')
  await until(() => second.at() === 'here' && first.at() === 'elsewhere' && first.lost === 1)
})

test('events are whole however the stream is cut', () => {
  const text = 'retry: 2000\n\nid: 4\n\nid: 5\r\nevent: SessionInvite\r\ndata: {"a":1}\r\n\r\nevent: Ping\ndata: {}\n\n'
  for (const size of [1, 7, 1000]) {
    const parser = new EventParser()
    const found = []
    for (let n = 0; n < text.length; n += size) found.push(...parser.take(text.slice(n, n + size)))
    assert.deepEqual(found, [{ id: '4', event: '', data: '' }, { id: '5', event: 'SessionInvite', data: '{"a":1}' },
      { id: null, event: 'Ping', data: '{}' }])
  }
})

test('one sentence a change is said, several at once as one', async () => {
  const [polite, urgent] = [{ textContent: '' }, { textContent: '' }]
  const { say, cry } = announcer(polite, urgent)
  say('Bea is ringing.')
  say('Bea is ringing.')
  say('Muted.')
  cry('Eve calls.')
  await until(() => urgent.textContent)
  assert.deepEqual([polite.textContent, urgent.textContent], ['Bea is ringing. Muted.', 'Eve calls.'])
})
