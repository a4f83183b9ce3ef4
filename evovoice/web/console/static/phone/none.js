// The phone of a page that cannot make a sound; `why` is a key of the texts.

import { OFF } from './port.js'

export function noPhone(why) {
  const nothing = () => {}
  return {
    isThere: false,
    state: Object.freeze({ ...OFF, problem: why }),
    onChange: () => nothing,
    onLevel: () => nothing,
    start: async () => {},
    stop: async () => {},
    wake: async () => {},
    answer: nothing,
    decline: nothing,
    silence: nothing,
    setMuted: nothing,
    sendDigits: nothing,
    hangUp: nothing,
    devices: () => ({ microphones: [], speakers: null, microphone: null, speaker: null }),
    useMicrophone: async () => {},
    useSpeaker: async () => {},
  }
}
