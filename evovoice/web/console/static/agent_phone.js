// One agent, their phone and the service: what is asked of each, and what is known. No page in it.
//
// The service is the truth: a call that is placed, left or taken back is an operation of the API,
// and the phone answers what rings by it. `known` is what view.js takes.

import { OFF } from './phone/port.js'
import { sessionOfCall, waitingForReturn } from './sessions.js'

const ADOPTED_WITHIN = 15 // looks at the sessions, while the service learns the leg's id
const LOOK_AGAIN = 400 // ms
const LEFT_WITHIN = 8_000 // ms until the phone hangs up by itself after the service was asked to
const REGISTERED_WITHIN = 12_000 // ms
const PRESENCE_AGAIN = 5_000 // ms

export class AgentPhone {
  known = {
    user: null, phone: OFF, isThere: false, isTold: false, tab: 'elsewhere', session: null, waiting: null,
    wish: null, stream: 'live',
  }
  #ask
  #phone
  #hear
  #newKey
  #sessions = []
  #wantsCalls = false
  #telling = null
  #told = null // what the service was told of the device last

  // `ask` as in api.js; `hear(known, before)`; `tell(key, facts)`: a sentence for the person.
  constructor({ ask, phone, hear, tell, newKey = () => crypto.randomUUID() }) {
    this.#ask = ask
    this.#phone = phone
    this.#hear = hear
    this.tell = tell
    this.#newKey = newKey
    this.#know({ isThere: phone.isThere, phone: phone.state })
    phone.onChange((state, before) => this.#phoneChanged(state, before))
  }

  // `sessions`: what GET /sessions/my has told already; left out, it is asked.
  signedIn(user, sessions = null) {
    this.#know({ user })
    return sessions ? this.sessionsAre(sessions) : this.refresh()
  }

  async signedOut() {
    this.#wantsCalls = false
    await this.#phone.stop()
    this.#sessions = []
    this.#know({ user: null, session: null, waiting: null, wish: null })
  }

  tabIs(tab) {
    this.#know({ tab })
  }

  streamIs(stream) {
    this.#know({ stream })
    if (stream === 'live') return this.#tellPresence()
    return undefined
  }

  // Reads the sessions again; what they say of the call in this phone is shown.
  async refresh() {
    try {
      const { sessions } = await this.#ask('GET', '/sessions/my')
      this.sessionsAre(sessions)
    } catch {
      // the stream says so, and reads again
    }
  }

  // What GET /sessions/my has just told.
  sessionsAre(sessions) {
    this.#sessions = sessions
    this.#judge()
  }

  async start() {
    this.#wantsCalls = true
    await this.#phone.start()
  }

  async stop() {
    this.#wantsCalls = false
    await this.#phone.stop()
    this.#tellPresence()
    await this.#telling // who signs out then may not be asked any more
  }

  answer() {
    this.#phone.answer()
  }

  decline() {
    this.#phone.decline()
  }

  silence() {
    this.#phone.silence()
  }

  mute() {
    this.#phone.setMuted(!this.known.phone.call?.muted)
  }

  sendDigits(text) {
    this.#phone.sendDigits(text)
  }

  // The session that was placed, null where it is refused.
  async dial(destination, fromNumber = undefined, key = this.#newKey()) {
    this.#know({ wish: { key: 'dialling', name: destination } })
    const body = fromNumber ? { destination, fromNumber } : { destination }
    const placed = await this.#wished(() => this.#ask('POST', '/calls', body, key))
    if (placed) this.#wishIs({ sessionId: placed.id })
    return placed
  }

  async takeBack() {
    if (!this.known.waiting) await this.refresh()
    const { waiting, user } = this.known
    if (!waiting) return
    this.#know({ wish: { key: 'returning', name: '', sessionId: waiting.id } })
    if (!await this.#registered()) return this.#know({ wish: null })
    const path = `/sessions/${waiting.id}/conference/members`
    const body = { destination: user.endpointId }
    const asked = await this.#wished(() => this.#ask('POST', path, body, this.#newKey()))
    if (asked) this.#wishIs({ isAsked: true })
  }

  // Leaving, so that the others talk on and nobody waits for a lost device. Where the service cannot
  // be asked the phone hangs up all the same: who wants out gets out.
  async hangUp() {
    const { phone: { call }, wish } = this.known
    if (!call) return wish?.sessionId ? this.#endPlaced(wish.sessionId) : undefined
    this.#know({ wish: { key: 'leaving', name: '' } })
    const session = await this.#sessionOf(call.id)
    if (!session) return this.#phone.hangUp()
    try {
      await this.#leave(session, call.id)
    } catch {
      return this.#phone.hangUp()
    }
    setTimeout(() => {
      if (this.known.phone.call?.id === call.id) this.#phone.hangUp()
    }, LEFT_WITHIN)
    return undefined
  }

  // Who has reached nobody yet has nobody to leave, and hangs up their own leg.
  #leave(session, callSid) {
    const path = `/sessions/${session.id}`
    if (session.allowed?.includes('LeaveConference')) return this.#ask('POST', `${path}/conference/leave`, { callSid })
    return this.#ask('DELETE', `${path}?callSid=${callSid}`)
  }

  async #endPlaced(sessionId) {
    await this.#wished(() => this.#ask('DELETE', `/sessions/${sessionId}`))
    this.#know({ wish: null })
  }

  #phoneChanged(state, before) {
    this.#know({ phone: state })
    if (state.notice && state.notice !== before.notice) this.tell(state.notice.key, { detail: state.notice.detail })
    if (state.registration !== before.registration) this.#tellPresence()
    if (state.call?.id !== before.call?.id) this.#callChanged(state.call)
    else if (state.call?.phase === 'open' && before.call.phase !== 'open') this.#opened()
  }

  #callChanged(call) {
    if (!call) {
      this.#know({ wish: null, session: null })
      this.refresh()
      return
    }
    const { wish } = this.known
    if (wish?.key === 'dialling' || wish?.key === 'returning') this.#adopt(call)
    else this.refresh()
  }

  #opened() {
    if (this.known.wish?.key !== 'leaving') this.#know({ wish: null })
    this.refresh()
  }

  // Answers by itself what rings because of this person's own wish, and nothing else: somebody else
  // may have called at the same moment.
  async #adopt(call) {
    for (let look = 0; look < ADOPTED_WITHIN; look += 1) {
      await this.refresh()
      const { wish, phone } = this.known
      if (!wish || phone.call?.id !== call.id) return
      const session = sessionOfCall(this.#sessions, call.id)
      if (session && wish.sessionId) {
        if (session.id === wish.sessionId) return this.#phone.answer()
        return this.#wishIs({ isForeign: true })
      }
      await after(LOOK_AGAIN)
    }
    this.#wishIs({ isForeign: true })
  }

  async #sessionOf(callId) {
    if (!sessionOfCall(this.#sessions, callId)) await this.refresh()
    return sessionOfCall(this.#sessions, callId)
  }

  #judge() {
    const { user, phone, wish } = this.known
    const session = phone.call ? sessionOfCall(this.#sessions, phone.call.id) : null
    const waiting = user ? waitingForReturn(this.#sessions, user.endpointId) : null
    const isGone = wish?.sessionId && !phone.call && !this.#sessions.some(({ id }) => id === wish.sessionId)
    const isVain = wish?.isAsked && !phone.call && waiting?.id === wish.sessionId // rang, not answered
    if (isGone) this.tell('over')
    this.#know({ session, waiting, ...(isGone || isVain ? { wish: null } : {}) })
  }

  async #registered() {
    await this.start()
    const end = Date.now() + REGISTERED_WITHIN
    while (this.known.phone.registration !== 'ready' && Date.now() < end) {
      if (this.known.phone.registration === 'off') return false
      await after(LOOK_AGAIN / 4)
    }
    return this.known.phone.registration === 'ready'
  }

  // Whether calls shall ring here, as the service is to know it; told again until it has heard.
  async #tellPresence() {
    const { user, phone } = this.known
    if (!user) return
    const state = this.#wantsCalls ? 'Ready' : 'NotReady'
    const isReady = phone.registration === 'ready'
    const told = `${state} ${isReady}`
    if (told === this.#told || (this.#told === null && !this.#wantsCalls) || phone.registration === 'starting') return
    this.#told = told
    this.#know({ isTold: false })
    try {
      const request = this.#ask('PATCH', '/app/presence', { agentState: state, deviceRegistered: isReady })
      this.#telling = request.catch(() => {})
      await request
      if (this.#told === told) this.#know({ isTold: isReady })
    } catch {
      if (this.#told === told) this.#told = ''
      setTimeout(() => this.#tellPresence(), PRESENCE_AGAIN)
    }
  }

  async #wished(request) {
    try {
      return await request()
    } catch (refused) {
      this.#know({ wish: null })
      this.tell(refused.status ? 'refused' : 'noAnswer', { message: refused.message })
      return null
    }
  }

  #wishIs(more) {
    if (this.known.wish) this.#know({ wish: { ...this.known.wish, ...more } })
  }

  #know(more) {
    const before = this.known
    this.known = { ...before, ...more }
    this.#hear(this.known, before)
  }
}

function after(ms) {
  return new Promise((done) => setTimeout(done, ms))
}
