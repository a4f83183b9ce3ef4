// Stands where the carrier's library stands. What a person's device does is done by the test, at the
// emulator; `carrier(act, sid, more)` asks it for that.
(() => {
  class Emitter {
    hears = []
    on(name, hear) { this.hears.push([name, hear]) }
    emit(name, ...found) { this.hears.filter(([one]) => one === name).forEach(([, hear]) => hear(...found)) }
  }
  class Call extends Emitter {
    isOff = false
    constructor(sid, from) { super(); this.parameters = { CallSid: sid, From: from } }
    async accept({ rtcConstraints }) { this.constraints = rtcConstraints; await carrier('answer', this.parameters.CallSid); this.emit('accept') }
    async reject() { await carrier('reject', this.parameters.CallSid); this.emit('reject') }
    async disconnect() { await carrier('hangup', this.parameters.CallSid); this.emit('disconnect') }
    mute(yes) { this.isOff = yes; this.emit('mute', yes) }
    isMuted() { return this.isOff }
    sendDigits(digits) { carrier('keys', this.parameters.CallSid, { digits }) }
  }
  class Device extends Emitter {
    audio = Object.assign(new Emitter(), {
      availableInputDevices: new Map([['m1', { deviceId: 'm1', label: 'Headset' }]]),
      availableOutputDevices: new Map([['s1', { deviceId: 's1', label: 'Headset (loudspeaker)' }]]),
      isOutputSelectionSupported: true,
      speakerDevices: { get: () => new Set(), set: async () => {} },
      ringtoneDevices: { get: () => new Set(), set: async (id) => { fake.ringer = id } },
      incoming: (yes) => { fake.ringsByItself = yes },
      setInputDevice: async () => {}, unsetInputDevice: async () => {},
    })
    constructor(token, options) { super(); fake.device = this; fake.options = options }
    async register() { this.emit('registered') }
    updateToken() {}
    destroy() { fake.device = null }
  }
  window.fake = {
    device: null,
    call: null,
    ringer: null, // the loudspeaker that rings
    microphone: { getTracks: () => [] },
    // The microphone hears a tone from now on, that loud; a real one hears silence in between.
    hears(loudness) {
      const context = new AudioContext()
      const tone = new OscillatorNode(context, { frequency: 200 })
      this.loudness = new GainNode(context, { gain: loudness })
      const heard = context.createMediaStreamDestination()
      tone.connect(this.loudness).connect(heard)
      tone.start()
      this.microphone = heard.stream
    },
    ring(sid, from) { this.call = new Call(sid, from); this.device.emit('incoming', this.call) },
    end() { this.call.emit(this.call.hears.length ? 'disconnect' : ''); },
  }
  Object.defineProperty(window, 'Twilio', { value: { Device }, writable: false })
  navigator.mediaDevices.getUserMedia = async () => {
    const fault = sessionStorage.getItem('microphone') // the name of what the browser would throw
    if (fault) throw new DOMException('', fault)
    return fake.microphone
  }
})()
