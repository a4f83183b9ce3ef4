// The phone by Twilio's library (Voice SDK 2.18.5); no other file knows it. See port.js.

import { PhoneStore } from './port.js'
import { deviceOptions } from './device_options.js'
import { isTokenRefused, noticeOf } from './faults.js'
import { askForMicrophone } from './permission.js'
import { renewal } from './renewal.js'
import { createRing } from './ring.js'

const REGISTERS_WITHIN = 10_000 // ms; the library itself tries for ever and tells each failure twice
const REGISTERS_AGAIN = 10_000 // ms, and twice as long each time
const REGISTERS_AGAIN_AT_MOST = 60_000 // ms
// what the library warns of while nothing is wrong with the line: nobody speaks, or is muted
const NO_POOR_LINE = new Set(['constant-audio-input-level', 'constant-audio-output-level'])

export function isLibraryThere() {
  return typeof globalThis.Twilio?.Device === 'function'
}

// `access()` gives {token, gateway, edge} as often as asked, by a request of its own each time.
export function twilioPhone(access, { media = globalThis.navigator?.mediaDevices, ring = createRing() } = {}) {
  return new TwilioPhone(access, media, ring)
}

class TwilioPhone {
  isThere = true
  #store = new PhoneStore()
  #levels = new Set()
  #access
  #media
  #sound
  #device = null
  #call = null
  #token = null
  #tokenAt = 0
  #timer = null
  #deadline = null
  #again = null
  #warnings = new Set()
  #lastFault = ''
  #chosen = { microphone: null, speaker: null }

  constructor(access, media, ring) {
    this.#sound = ring
    this.#access = access
    this.#media = media
  }

  get state() {
    return this.#store.state
  }

  onChange(hear) {
    return this.#store.onChange(hear)
  }

  onLevel(hear) {
    this.#levels.add(hear)
    return () => this.#levels.delete(hear)
  }

  async start() {
    if (this.#device) return
    this.#happened('starting')
    const problem = await askForMicrophone(this.#media)
    if (problem) return this.#happened('failed', { problem })
    try {
      await this.#register(await this.#access())
    } catch (error) {
      await this.stop()
      this.#happened('failed', { problem: 'noToken', detail: error.message })
    }
  }

  async stop() {
    clearTimeout(this.#timer)
    clearTimeout(this.#deadline)
    clearTimeout(this.#again)
    const device = this.#device
    this.#device = null
    device?.destroy()
    this.#sound.stop()
    this.#call = null
    this.#happened('over')
    this.#happened('stopped')
  }

  async wake(wait = REGISTERS_AGAIN) {
    const device = this.#device
    if (!device || this.#call) return
    const access = await this.#access().catch(() => null)
    if (this.#device !== device || this.#call) return
    if (!access) { // the network wakes up too
      this.#again = setTimeout(() => this.wake(longer(wait)), wait)
      return
    }
    this.#device = null
    device.destroy()
    this.#happened('starting')
    await this.#register(access)
  }

  answer() {
    if (this.state.call?.phase !== 'ringing') return
    this.#sound.stop()
    this.#happened('answering')
    this.#call.accept({ rtcConstraints: { audio: this.#wantedMicrophone() } })
  }

  decline() {
    if (this.state.call?.phase === 'ringing') this.#call.reject()
  }

  silence() {
    this.#sound.stop()
    this.#happened('silenced')
  }

  hangUp() {
    this.#call?.disconnect()
  }

  setMuted(muted) {
    this.#call?.mute(muted)
  }

  sendDigits(text) {
    this.#call?.sendDigits(text.replace(/[,;]/g, 'wwww')) // of half a second each
  }

  devices() {
    const audio = this.#device?.audio
    const speakers = audio?.isOutputSelectionSupported ? listed(audio.availableOutputDevices) : null
    const [speaker] = audio?.isOutputSelectionSupported ? audio.speakerDevices.get() : []
    return {
      microphones: listed(audio?.availableInputDevices ?? new Map()),
      speakers,
      microphone: this.#chosen.microphone,
      speaker: speaker?.deviceId ?? this.#chosen.speaker,
    }
  }

  // Outside a call it is only noted: a microphone that is opened stays open.
  async useMicrophone(id) {
    this.#chosen.microphone = id
    if (this.#call && this.state.call?.phase !== 'ringing') await this.#switchMicrophone(id)
  }

  async useSpeaker(id) {
    this.#chosen.speaker = id
    const audio = this.#device?.audio
    if (!audio?.isOutputSelectionSupported) return
    await Promise.all([audio.speakerDevices.set(id), audio.ringtoneDevices.set(id)])
  }

  #happened(type, more = {}) {
    this.#store.happened({ type, ...more })
  }

  async #register(access) {
    this.#keep(access.token)
    const device = new globalThis.Twilio.Device(access.token, deviceOptions(access))
    this.#device = device
    this.#hear(device)
    clearTimeout(this.#again)
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => {
      if (this.state.registration === 'starting') this.#happened('unreachable')
    }, REGISTERS_WITHIN)
    device.register().catch((error) => this.#fault(error))
    if (this.#chosen.speaker) await this.useSpeaker(this.#chosen.speaker)
  }

  #hear(device) {
    const hear = (name, work) => device.on(name, (...found) => {
      if (this.#device === device) work(...found) // one that was destroyed has nothing to say
    })
    hear('registered', () => this.#registered())
    hear('unregistered', () => this.#unregistered(device))
    hear('error', (error) => this.#fault(error))
    hear('tokenWillExpire', () => this.#renew())
    hear('incoming', (call) => this.#ring(call))
    device.audio?.incoming(false) // we ring ourselves
    device.audio?.on('deviceChange', (lost) => this.#devicesChanged(lost))
  }

  #registered() {
    clearTimeout(this.#again)
    this.#lastFault = ''
    this.#happened('registered')
  }

  #unregistered(device) {
    this.#happened('unregistered')
    this.#registerAgain(device, REGISTERS_AGAIN)
  }

  // The library comes back by itself where its connection was lost, and not where the carrier has
  // closed it.
  #registerAgain(device, wait) {
    clearTimeout(this.#again)
    this.#again = setTimeout(() => {
      device.register().catch(() => {}) // it is at it already, or cannot now
      this.#registerAgain(device, longer(wait))
    }, wait)
  }

  #ring(call) {
    if (this.#call) return
    this.#call = call
    this.#warnings.clear()
    const mine = (work) => (...found) => this.#call === call && work(...found)
    call.on('accept', mine(() => this.#answered()))
    call.on('mute', mine((muted) => this.#happened('muted', { muted })))
    call.on('reconnecting', mine(() => this.#happened('reconnecting')))
    call.on('reconnected', mine(() => this.#happened('reconnected')))
    call.on('volume', mine((input) => this.#levels.forEach((hear) => hear(input))))
    call.on('warning', mine((name) => this.#warned(name, true)))
    call.on('warning-cleared', mine((name) => this.#warned(name, false)))
    call.on('error', (error) => this.#fault(error)) // of a microphone that is refused: after the end
    for (const end of ['cancel', 'reject', 'disconnect']) call.on(end, mine(() => this.#over()))
    const { CallSid: id, From: from } = call.parameters
    this.#happened('rings', { id, from: from ?? '' })
    this.#sound.start(this.#chosen.speaker)
  }

  #answered() {
    this.#sound.stop()
    this.#happened('answered')
  }

  async #over() {
    this.#call = null
    this.#sound.stop()
    this.#levels.forEach((hear) => hear(0))
    this.#happened('over')
    try {
      await this.#device?.audio?.unsetInputDevice() // else the browser shows an open microphone
    } catch {
      // a call that rings already uses it
    }
  }

  #warned(name, isOn) {
    if (NO_POOR_LINE.has(name)) return
    this.#warnings[isOn ? 'add' : 'delete'](name)
    this.#happened('poorLine', { poor: this.#warnings.size > 0 })
  }

  #fault(error) {
    if (isTokenRefused(error)) return this.#renew()
    const notice = noticeOf(error, this.#call !== null)
    if (!notice || (notice.detail && notice.detail === this.#lastFault)) return // it tells each try, and each twice
    if (notice.detail) this.#lastFault = notice.detail
    this.#happened('tell', notice)
  }

  #wantedMicrophone() {
    const id = this.#chosen.microphone
    return id ? { deviceId: { ideal: id } } : true // one that was unplugged must not cost the call
  }

  async #switchMicrophone(id) {
    const isMuted = this.#call?.isMuted() ?? false
    await this.#device.audio.setInputDevice(id)
    if (isMuted) this.#call?.mute(true) // a new microphone is open
    this.#happened('muted', { muted: this.#call?.isMuted() ?? false })
  }

  #devicesChanged(lost) {
    if (lost.some((one) => one.deviceId === this.#chosen.microphone)) this.#chosen.microphone = null
    if (lost.length) this.#happened('tell', { key: 'deviceLost', detail: lost[0].label ?? '' })
  }

  #keep(token) {
    this.#token = token
    this.#tokenAt = Date.now()
    this.#look()
  }

  #look() {
    clearTimeout(this.#timer)
    const age = (Date.now() - this.#tokenAt) / 1000
    const { isDue, wait } = renewal(this.#token, age, this.state.call !== null)
    this.#timer = setTimeout(() => this.#look(), wait)
    if (isDue) this.#renew()
  }

  async #renew() {
    const device = this.#device
    try {
      const { token } = await this.#access()
      if (this.#device !== device || !device) return
      this.#keep(token)
      device.updateToken(token)
    } catch {
      // the next look tries again; until the token ends nothing is lost
    }
  }
}

function longer(wait) {
  return Math.min(2 * wait, REGISTERS_AGAIN_AT_MOST)
}

function listed(devices) {
  return [...devices.values()].map(({ deviceId, label }) => ({ id: deviceId, label }))
}
