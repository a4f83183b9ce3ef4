// The ring of the phone. Ours, since the library's own plays on until the call is answered or gone, and a
// sound of more than three seconds has to be one that can be silenced (WCAG 1.4.2).

const SOUND = '/console/sounds/incoming.wav'

// `make(source)`: as `new Audio`.
export function createRing(make = (source) => new Audio(source)) {
  let sound = null

  function stop() {
    sound?.pause()
    sound = null
  }

  return {
    // `speaker`: the id of the device, null for the usual one.
    start(speaker) {
      stop()
      sound = make(SOUND)
      sound.loop = true
      const ready = speaker && sound.setSinkId ? sound.setSinkId(speaker) : Promise.resolve()
      const mine = sound
      ready.catch(() => {}).then(() => sound === mine && mine.play()).catch(() => {}) // nobody has pressed anything yet
    },
    stop,
  }
}
