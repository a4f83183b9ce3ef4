// The agent's phone with a service that is a double: what is asked of it, and what is answered.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { AgentPhone } from '../../../../evovoice/web/console/static/agent_phone.js'
import { PhoneStore } from '../../../../evovoice/web/console/static/phone/port.js'
import { view } from '../../../../evovoice/web/console/static/view.js'

const ANN = { name: 'Ann', endpointId: 'u-ann' }
const tick = async () => { for (let n = 0; n < 20; n += 1) await Promise.resolve() }

class Phone extends PhoneStore {
  isThere = true
  did = []
  onLevel() {}
  async start() { this.did.push('start'); this.happened({ type: 'starting' }); this.happened({ type: 'registered' }) }
  async stop() { this.did.push('stop'); this.happened({ type: 'stopped' }) }
  answer() { this.did.push('answer'); this.happened({ type: 'answered' }) }
  decline() { this.did.push('decline') }
  setMuted(muted) { this.happened({ type: 'muted', muted }) }
  sendDigits() {}
  hangUp() { this.did.push('hangUp'); this.happened({ type: 'over' }) }
  rings(id) { this.happened({ type: 'rings', id, from: '+12025550123' }) }
}

async function agent(answers = {}) {
  const phone = new Phone()
  const asked = []
  const told = []
  const service = { sessions: [], ...answers }
  const ask = async (verb, path, body, key) => {
    asked.push([verb, path, body, key])
    if (path === '/sessions/my') return { sessions: service.sessions }
    const found = service[`${verb} ${path}`]
    if (found instanceof Error) throw found
    return found ?? {}
  }
  const one = new AgentPhone({ ask, phone, hear: () => {}, tell: (key) => told.push(key), newKey: () => 'key' })
  await one.signedIn(ANN)
  one.tabIs('here')
  asked.length = 0
  return { one, phone, asked, told, service }
}

function session(id, callSid, more = {}) {
  const own = { endpointId: 'u-ann', callSid, callState: 'Connected' }
  const customer = { displayName: 'Bea', callSid: 'CA-bea', callState: 'Connected' }
  return { id, ended: false, allowed: ['LeaveConference', 'AddConferenceMember'], members: [own, customer], ...more }
}

const refused = (status) => Object.assign(new Error('no'), { status })
const posts = (asked) => asked.filter(([verb]) => verb !== 'GET').map(([verb, path]) => `${verb} ${path}`)

test('who starts is Ready by their own word once the device is registered, who stops is not', async () => {
  const { one, asked } = await agent()
  await one.start()
  await tick()
  await one.stop()
  await tick()
  assert.deepEqual(asked.filter(([verb]) => verb === 'PATCH').map(([, , body]) => body), [
    { agentState: 'Ready', deviceRegistered: true }, { agentState: 'NotReady', deviceRegistered: false },
  ])
})

test('who stops is done when the service knows it', async () => {
  const { one, service } = await agent()
  await one.start()
  await tick()
  let heard = false
  service['PATCH /app/presence'] = new Promise((done) => setTimeout(() => { heard = true; done({}) }, 20))
  await one.stop()
  assert.equal(heard, true)
})

test('a page that only opens says nothing about presence', async () => {
  const { one, asked } = await agent()
  await one.streamIs('live')
  assert.deepEqual(posts(asked), [])
})

test('hanging up is LeaveConference, and the phone waits for it', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { one, phone, asked, service } = await agent()
  service.sessions = [session('s-1', 'CA1')]
  phone.rings('CA1')
  phone.answer()
  await tick()
  await one.hangUp()
  assert.deepEqual(asked.filter(([verb]) => verb === 'POST').map((one) => one.slice(0, 3)),
    [['POST', '/sessions/s-1/conference/leave', { callSid: 'CA1' }]])
  assert.equal(phone.did.includes('hangUp'), false)
  assert.equal(one.known.wish.key, 'leaving')
  mock.timers.tick(8_000) // the service's own hang-up has not come
  assert.equal(phone.did.includes('hangUp'), true)
  assert.equal(one.known.wish, null)
  mock.timers.reset()
})

test('who wants out gets out though the service refuses, is away or knows no such call', async () => {
  for (const [sessions, answer] of [[[session('s-1', 'CA1')], refused(0)], [[session('s-1', 'CA1')], refused(409)], [[], null]]) {
    const { one, phone, service } = await agent({ 'POST /sessions/s-1/conference/leave': answer })
    service.sessions = sessions
    phone.rings('CA1')
    phone.answer()
    await one.hangUp()
    assert.ok(phone.did.includes('hangUp'))
  }
})

test('the own phone answers by itself when it rings for a call that was dialled here', async () => {
  const { one, phone, asked, service } = await agent({ 'POST /calls': { id: 's-9' } })
  await one.dial('Bea')
  assert.deepEqual(asked[0], ['POST', '/calls', { destination: 'Bea' }, 'key'])
  service.sessions = [session('s-9', 'CA9')]
  phone.rings('CA9')
  await tick()
  assert.deepEqual(phone.did, ['answer'])
  assert.equal(one.known.wish, null)
})

test('somebody else who calls at the same moment is not answered by itself', async () => {
  const { one, phone, service } = await agent({ 'POST /calls': { id: 's-9' } })
  await one.dial('Bea')
  service.sessions = [session('s-1', 'CA1'), session('s-9', undefined)]
  phone.rings('CA1')
  await tick()
  assert.deepEqual(phone.did, [])
  assert.equal(one.known.wish.isForeign, true)
})

test('who hangs up before anybody was reached hangs up their own leg', async () => {
  const { one, phone, asked, service } = await agent()
  service.sessions = [session('s-9', 'CA9', { allowed: ['EndSession'] })]
  phone.rings('CA9')
  phone.answer()
  await tick()
  await one.hangUp()
  assert.deepEqual(posts(asked), ['DELETE /sessions/s-9?callSid=CA9'])
  assert.equal(phone.did.includes('hangUp'), false)
  one.signedOut()
})

test('a call that cannot be placed is told, and the wish is gone', async () => {
  const { one, told } = await agent({ 'POST /calls': refused(400) })
  assert.equal(await one.dial('x'), null)
  assert.deepEqual([one.known.wish, told], [null, ['refused']])
})

test('a dialled call may be given up before the own phone rings', async () => {
  const { one, asked } = await agent({ 'POST /calls': { id: 's-9' } })
  await one.dial('Bea')
  await one.hangUp()
  assert.deepEqual(posts(asked), ['POST /calls', 'DELETE /sessions/s-9'])
  assert.equal(one.known.wish, null)
})

test('a call that was cut off is taken back by adding oneself, and answered by itself', async () => {
  const { one, phone, asked, service } = await agent()
  const customer = { displayName: 'Bea', callState: 'Connected' }
  service.sessions = [session('s-1', '', { members: [customer], allowed: ['AddConferenceMember'] })]
  await one.refresh()
  assert.equal(one.known.waiting.id, 's-1')
  await one.takeBack()
  assert.deepEqual(asked.find(([verb]) => verb === 'POST'),
    ['POST', '/sessions/s-1/conference/members', { destination: 'u-ann' }, 'key'])
  service.sessions = [session('s-1', 'CA2')]
  phone.rings('CA2')
  await tick()
  assert.deepEqual(phone.did, ['start', 'answer'])
  assert.equal(one.known.waiting, null)
})

test('a call that is over while one waits for it takes the wish with it', async () => {
  const { one, service, told } = await agent({ 'POST /calls': { id: 's-9' } })
  await one.dial('Bea')
  service.sessions = []
  await one.refresh()
  assert.deepEqual([one.known.wish, told], [null, ['over']])
})

test('the phone is ready once the service knows it, and no sooner', async () => {
  const { one, service } = await agent()
  let told = null
  service['PATCH /app/presence'] = new Promise((done) => { told = done })
  await one.start()
  await tick()
  assert.deepEqual(['ready', false, 'starting'], shown(one))
  told({})
  await tick()
  assert.deepEqual(['ready', true, 'ready'], shown(one))
  await one.stop()
  assert.equal(one.known.isTold, false)
})

function shown(one) {
  return [one.known.phone.registration, one.known.isTold, view({ ...one.known, isThere: true, tab: 'here' }).status.key]
}

test('presence that the service did not hear is told again', async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const { one, asked, service } = await agent({ 'PATCH /app/presence': refused(503) })
  await one.start()
  await tick()
  service['PATCH /app/presence'] = null
  mock.timers.tick(5_000)
  await tick()
  assert.equal(asked.filter(([verb]) => verb === 'PATCH').length, 2)
  mock.timers.reset()
})
