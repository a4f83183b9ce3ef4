// What a console needs of a phone, and nothing of any carrier. A phone has
//
//   isThere                   whether it can make a sound at all
//   state, onChange(hear)     a PhoneState, and a call for each change; gives the way to stop it
//   onLevel(hear)             how loud the microphone is in a call, 0 to 1, many times a second
//   start(), stop()           registers at the carrier, and takes that back
//   wake()                    the machine has slept: what is registered may be deaf, so it registers anew,
//                             unless there is a call
//   answer(), decline(), silence()   of the call that rings
//   setMuted(yes), sendDigits(text), hangUp()   of the call that is up; text: 0-9 * #, and a comma or
//                             semicolon for a pause of two seconds
//   devices()                 {microphones, speakers: [{id, label}], microphone, speaker}; without
//                             `speakers` the browser has no choice of them
//   useMicrophone(id), useSpeaker(id)
//
// PhoneState: {registration, problem, call, notice}
//   registration   off | starting | ready | lost (comes back by itself)
//   problem        null, or a key of the texts that says why it is not ready
//   call           null, or {id, from, phase, muted, poorLine, silenced}
//   phase          ringing | connecting | open | reconnecting
//   notice         null, or {key, detail}: something that a person should be told once
//
// `phoneAfter` is the whole life of a phone as one pure function; who talks to a carrier only says
// what has happened.

export const OFF = Object.freeze({ registration: 'off', problem: null, call: null, notice: null })

const CHANGES = {
  starting: (state) => ({ ...state, registration: 'starting', problem: null }),
  registered: (state) => ({ ...state, registration: 'ready', problem: null }),
  unreachable: (state) => troubled(state, 'lost', 'unreachable'),
  unregistered: (state) => state.registration === 'ready' ? troubled(state, 'lost', 'connectionLost') : state,
  failed: (state, { problem }) => troubled(state, 'off', problem),
  stopped: (state) => ({ ...OFF, call: state.call }),
  rings: (state, { id, from }) =>
    state.call ? state : { ...state, call: { id, from, phase: 'ringing', muted: false, poorLine: false, silenced: false } },
  silenced: (state) => ofCall(state, { silenced: true }, ['ringing']),
  answering: (state) => ofCall(state, { phase: 'connecting' }, ['ringing']),
  answered: (state) => ofCall(state, { phase: 'open' }, ['ringing', 'connecting', 'reconnecting']),
  muted: (state, { muted }) => ofCall(state, { muted }),
  reconnecting: (state) => ofCall(state, { phase: 'reconnecting' }, ['open', 'connecting']),
  reconnected: (state) => ofCall(state, { phase: 'open' }, ['reconnecting']),
  poorLine: (state, { poor }) => ofCall(state, { poorLine: poor }),
  over: (state) => ({ ...state, call: null }),
  tell: (state, { key, detail }) => ({ ...state, notice: { key, detail } }),
}

export function phoneAfter(state, event) {
  const change = CHANGES[event.type]
  if (!change) throw new TypeError(`no phone knows the event ${event.type}`)
  return change(state, event)
}

function troubled(state, registration, problem) {
  return { ...state, registration, problem }
}

function ofCall(state, changed, phases = null) {
  if (!state.call || (phases && !phases.includes(state.call.phase))) return state
  return { ...state, call: { ...state.call, ...changed } }
}

// Keeps the state, and tells those who listen; a listener that fails stops no other.
export class PhoneStore {
  state = OFF
  #listeners = new Set()

  onChange(hear) {
    this.#listeners.add(hear)
    return () => this.#listeners.delete(hear)
  }

  happened(event) {
    const before = this.state
    this.state = Object.freeze(phoneAfter(before, event))
    if (this.state === before) return
    for (const hear of this.#listeners) {
      try {
        hear(this.state, before)
      } catch (error) {
        reportError(error)
      }
    }
  }
}
