// The phone by the carrier's library, which is a double here: what it is told, and what is made of it.

import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { beforeEach, test } from 'node:test'
import { isLibraryThere, twilioPhone } from '../../../../evovoice/web/console/static/phone/twilio.js'
import { createRing } from '../../../../evovoice/web/console/static/phone/ring.js'
import { noPhone } from '../../../../evovoice/web/console/static/phone/none.js'

const RING = { start: (speaker) => heard.push(['start', speaker]), stop: () => heard.push(['stop']) }
const MEDIA = { getUserMedia: async () => ({ getTracks: () => [] }) }
const tick = () => new Promise((done) => setImmediate(done))

class Audio extends EventEmitter {
  availableInputDevices = new Map([['m1', { deviceId: 'm1', label: 'Headset' }]])
  availableOutputDevices = new Map([['s1', { deviceId: 's1', label: 'Speakers' }]])
  isOutputSelectionSupported = true
  set = []
  speakerDevices = { get: () => new Set(), set: async (id) => this.set.push(['speaker', id]) }
  ringtoneDevices = { get: () => new Set(), set: async (id) => this.set.push(['ring', id]) }
  incoming(yes) { this.rings = yes }
  async setInputDevice(id) { this.set.push(['microphone', id]) }
  async unsetInputDevice() { this.set.push(['unset']) }
}

class Device extends EventEmitter {
  audio = new Audio()
  tokens = []
  constructor(token, options) {
    super()
    this.options = options
    this.tokens.push(token)
    made.push(this)
  }
  async register() { this.emit('registered') }
  updateToken(token) { this.tokens.push(token) }
  destroy() { this.isDestroyed = true }
}

class Call extends EventEmitter {
  did = []
  parameters = { CallSid: 'CA1', From: '+12025550123' }
  accept(options) { this.did.push(['accept', options]); this.emit('accept') }
  reject() { this.did.push(['reject']); this.emit('reject') }
  disconnect() { this.did.push(['disconnect']); this.emit('disconnect') }
  mute(yes) { this.isOff = yes; this.did.push(['mute', yes]); this.emit('mute', yes) }
  isMuted() { return Boolean(this.isOff) }
  sendDigits(text) { this.did.push(['digits', text]) }
}

let made = []
let heard = []
let access
beforeEach(() => {
  made = []
  heard = []
  access = { token: 'first', gateway: '127.0.0.1:9', edge: null }
  globalThis.Twilio = { Device }
})

async function ringing() {
  const phone = twilioPhone(async () => access, { media: MEDIA, ring: RING })
  await phone.start()
  const call = new Call()
  made[0].emit('incoming', call)
  return { phone, call, device: made[0] }
}

test('it rings by itself until it is answered, gone or silenced', async (t) => {
  const { phone, device, call } = await ringing()
  t.after(() => phone.stop())
  assert.equal(device.audio.rings, false)
  const rung = () => heard.splice(0).map(([what]) => what)
  assert.deepEqual(heard, [['start', null]])
  rung()
  phone.silence()
  assert.deepEqual([phone.state.call.silenced, phone.state.call.phase, rung()], [true, 'ringing', ['stop']])
  phone.answer()
  assert.ok(rung().includes('stop'))
  phone.silence()
  assert.equal(phone.state.call.phase, 'open')
  call.emit('disconnect')
  device.emit('incoming', new Call())
  assert.deepEqual([rung().at(-1), phone.state.call.silenced], ['start', false])
})

test('the ring loops on the chosen loudspeaker, and one that may not play is no fault', async () => {
  const made = []
  const ring = createRing((source) => {
    const sound = { source, play: async () => { sound.isOn = true; throw new DOMException('', 'NotAllowedError') }, pause: () => { sound.isOn = false }, setSinkId: async (id) => { sound.at = id } }
    made.push(sound)
    return sound
  })
  ring.start('s1')
  await tick()
  const [sound] = made
  assert.deepEqual([sound.source, sound.loop, sound.at, sound.isOn], ['/console/sounds/incoming.wav', true, 's1', true])
  ring.stop()
  assert.equal(sound.isOn, false)
  ring.start(null)
  ring.stop()
  await tick()
  assert.ok(!made[1].isOn, 'stopped before it could begin')
})

test('it registers with sounds of our own, sends no figures and finds the stand-in', async (t) => {
  const phone = twilioPhone(async () => access, { media: MEDIA, ring: RING })
  t.after(() => phone.stop())
  await phone.start()
  const { options } = made[0]
  assert.equal(phone.state.registration, 'ready')
  assert.equal(options.publishEvents, false)
  assert.equal(options.closeProtection, true)
  assert.equal(options.chunderw, '127.0.0.1:9')
  assert.equal('edge' in options, false)
  assert.equal(Object.keys(options.sounds).length, 15)
  assert.ok(Object.values(options.sounds).every((path) => path.startsWith('/console/sounds/')))
  assert.equal(isLibraryThere(), true)
})

test('a refused microphone is told before anything registers', async () => {
  const refuse = async () => { throw Object.assign(new Error(), { name: 'NotAllowedError' }) }
  const phone = twilioPhone(async () => access, { media: { getUserMedia: refuse } })
  await phone.start()
  assert.deepEqual([phone.state.registration, phone.state.problem], ['off', 'microphoneRefused'])
  assert.deepEqual(made, [])
})

test('without a token it is off, says so, and may be started again', async (t) => {
  let isRefused = true
  const phone = twilioPhone(async () => {
    if (isRefused) throw new Error('no')
    return access
  }, { media: MEDIA, ring: RING })
  t.after(() => phone.stop())
  await phone.start()
  assert.equal(phone.state.problem, 'noToken')
  isRefused = false
  await phone.start()
  assert.equal(phone.state.registration, 'ready')
})

test('a call is answered, muted, given digits and hung up, and its microphone let go', async (t) => {
  const { phone, call, device } = await ringing()
  t.after(() => phone.stop())
  assert.equal(phone.state.call.phase, 'ringing')
  phone.answer()
  phone.answer() // a second press is none
  phone.setMuted(true)
  phone.sendDigits('1,2#')
  assert.equal(phone.state.call.muted, true)
  phone.hangUp()
  await tick()
  assert.equal(phone.state.call, null)
  assert.deepEqual(call.did, [['accept', { rtcConstraints: { audio: true } }], ['mute', true],
    ['digits', '1wwww2#'], ['disconnect']])
  assert.deepEqual(device.audio.set, [['unset']])
})

test('a call that is declined, or given up by the caller, is over', async (t) => {
  for (const end of [(phone) => phone.decline(), (_, call) => call.emit('cancel')]) {
    made = []
    const { phone, call } = await ringing()
    t.after(() => phone.stop())
    end(phone, call)
    assert.equal(phone.state.call, null)
  }
})

test('another microphone in a call keeps the mute, and before a call it is wanted, not opened', async (t) => {
  const { phone, call, device } = await ringing()
  t.after(() => phone.stop())
  await phone.useMicrophone('m1')
  assert.deepEqual(device.audio.set, [])
  phone.answer()
  assert.deepEqual(call.did[0][1].rtcConstraints, { audio: { deviceId: { ideal: 'm1' } } })
  phone.setMuted(true)
  await phone.useMicrophone('m1')
  assert.deepEqual(call.did.filter(([name]) => name === 'mute'), [['mute', true], ['mute', true]])
  assert.equal(phone.state.call.muted, true)
  await phone.useSpeaker('s1')
  assert.deepEqual(device.audio.set, [['microphone', 'm1'], ['speaker', 's1'], ['ring', 's1']])
  assert.deepEqual(phone.devices().microphones, [{ id: 'm1', label: 'Headset' }])
})

test('a poor line is told while any warning of the line is on', async (t) => {
  const { phone, call } = await ringing()
  t.after(() => phone.stop())
  phone.answer()
  call.emit('warning', 'constant-audio-input-level') // silence
  assert.equal(phone.state.call.poorLine, false)
  call.emit('warning', 'high-jitter')
  call.emit('warning', 'high-rtt')
  call.emit('warning-cleared', 'high-jitter')
  assert.equal(phone.state.call.poorLine, true)
  call.emit('warning-cleared', 'high-rtt')
  assert.equal(phone.state.call.poorLine, false)
})

test('a lost connection is shown in the call and heals', async (t) => {
  const { phone, call, device } = await ringing()
  t.after(() => phone.stop())
  phone.answer()
  device.emit('error', { code: 53001, message: 'ConnectionDisconnected (53001): lost' }, call)
  call.emit('reconnecting', new Error())
  assert.equal(phone.state.notice, null)
  assert.equal(phone.state.call.phase, 'reconnecting')
  call.emit('reconnected')
  assert.equal(phone.state.call.phase, 'open')
  device.emit('unregistered')
  assert.equal(phone.state.registration, 'lost')
  device.emit('registered')
  assert.equal(phone.state.registration, 'ready')
})

test('a device that the carrier has sent away registers again, ever more rarely, until it is registered', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { phone, device } = await ringing()
  t.after(() => phone.stop())
  const tries = []
  device.register = async () => { tries.push(now); throw new Error('offline') }
  let now = 0
  device.emit('unregistered')
  for (; now < 200; now += 1) {
    if (now === 160) device.emit('registered')
    t.mock.timers.tick(1000)
    await null
  }
  assert.deepEqual(tries, [9, 29, 69, 129])
})

test('a device whose machine has slept is made anew with a fresh token, once the network is there', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { phone, device, call } = await ringing()
  t.after(() => phone.stop())
  await phone.wake()
  assert.equal(device.isDestroyed, undefined) // a call goes on
  call.emit('disconnect', call)
  const { token } = access
  access = null
  await phone.wake()
  assert.equal(device.isDestroyed, undefined)
  access = { ...access, token: 'second' }
  t.mock.timers.tick(10_000)
  await tick()
  assert.deepEqual([token, true, 'ready'], ['first', device.isDestroyed, phone.state.registration])
  assert.deepEqual(made.at(-1).tokens, ['second'])
})

test('a microphone that is refused at the answer is told, though the call is over by then', async (t) => {
  const { phone, call } = await ringing()
  t.after(() => phone.stop())
  phone.answer()
  call.emit('disconnect', call)
  call.emit('error', { code: 31401, message: 'PermissionDeniedError (31401): denied' })
  assert.deepEqual([null, 'microphoneRefused'], [phone.state.call, phone.state.notice.key])
})

test('a refused or ending token is renewed with a fresh one', async (t) => {
  const { phone, device } = await ringing()
  t.after(() => phone.stop())
  access = { ...access, token: 'second' }
  device.emit('error', { code: 20104 })
  await tick()
  device.emit('tokenWillExpire')
  await tick()
  assert.deepEqual(device.tokens, ['first', 'second', 'second'])
})

test('what the gateway refuses is told in its words, once until the phone is registered again', async (t) => {
  const { phone, device } = await ringing()
  t.after(() => phone.stop())
  const heard = []
  phone.onChange(({ notice }, before) => notice && notice !== before.notice && heard.push(notice.detail))
  for (let n = 0; n < 3; n += 1) device.emit('error', { code: 31000, message: 'UnknownError (31000): No sound' })
  device.emit('registered')
  device.emit('error', { code: 31005, message: 'No sound' })
  assert.deepEqual(heard, ['No sound', 'No sound'])
})

test('a device that was stopped says nothing any more', async () => {
  const { phone, device, call } = await ringing()
  await phone.stop()
  device.emit('registered')
  call.emit('accept')
  assert.deepEqual([phone.state.registration, phone.state.call, device.isDestroyed], ['off', null, true])
})

test('how loud the microphone is goes to who listens, and ends at nothing', async (t) => {
  const { phone, call } = await ringing()
  t.after(() => phone.stop())
  const heard = []
  phone.onLevel((level) => heard.push(level))
  phone.answer()
  call.emit('volume', 0.5, 0.1)
  phone.hangUp()
  assert.deepEqual(heard, [0.5, 0])
})

test('it has all that a phone has', () => {
  const phone = twilioPhone(async () => access, { media: MEDIA, ring: RING })
  for (const name of Object.keys(noPhone('x'))) assert.ok(name in phone, name)
})
