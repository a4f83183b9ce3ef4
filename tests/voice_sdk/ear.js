// What a page hears, as the tones in it. Runs before any other script, and changes nothing that the
// SDK could notice: every connection of the page gets an ear at the track that comes in.
(() => {
  const QUIETEST = -60 // dB; what is below is rounding of mu-law, and noise
  const BELOW_STRONGEST = 30 // dB; harmonics of the same rounding
  const NEIGHBOURS = 10 // bins on each side that belong to the same tone
  const ears = new Map()
  const LOUD = 0.01 // of full scale; what is below is rounding
  const OFTEN = 5 // milliseconds
  let context = null
  let lastHeard = 0 // when anything was, by the clock of this machine

  function listen(connection, track) {
    context ??= new AudioContext()
    const analyser = new AnalyserNode(context, { fftSize: 16384, smoothingTimeConstant: 0 })
    const quick = new AnalyserNode(context, { fftSize: 256 }) // five milliseconds; the other has 340
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser).connect(quick)
    ears.set(connection, analyser)
    const samples = new Float32Array(quick.fftSize)
    setInterval(() => {
      quick.getFloatTimeDomainData(samples)
      if (samples.some((one) => Math.abs(one) > LOUD)) lastHeard = Date.now()
    }, OFTEN)
  }

  function tonesOf(analyser) {
    const levels = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(levels)
    const floor = Math.max(QUIETEST, Math.max(...levels) - BELOW_STRONGEST)
    const tones = []
    for (let bin = NEIGHBOURS; bin < levels.length - NEIGHBOURS; bin += 1) {
      const around = levels.subarray(bin - NEIGHBOURS, bin + NEIGHBOURS + 1)
      if (levels[bin] > floor && levels[bin] === Math.max(...around)) {
        tones.push(Math.round((bin * context.sampleRate) / analyser.fftSize))
      }
    }
    return tones
  }

  const Plain = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Plain {
    constructor(...given) {
      super(...given)
      this.addEventListener('track', ({ track }) => listen(this, track))
    }
  }

  window.lastHeard = () => lastHeard

  // In hertz, of every call that the page has open.
  window.tonesHeard = () =>
    [...ears].filter(([connection]) => connection.signalingState !== 'closed').flatMap(([, ear]) => tonesOf(ear))

  window.hearsExactly = (wanted) => {
    const heard = window.tonesHeard()
    return heard.length === wanted.length && wanted.every((tone) => heard.some((one) => Math.abs(one - tone) <= 6))
  }
})()
