// What the page shows and which buttons do something now, with the reason where one does not.
// Pure: the whole of what is known in, texts by key and facts out.
//
// known: {user, phone, isThere, isTold, tab, session, waiting, wish, stream}
//   user      null, or {name, endpointId}
//   phone     a PhoneState (phone/port.js);  isThere: whether it can make a sound
//   isTold    whether the service knows that calls may ring here
//   tab       here | elsewhere
//   session   of the call in this phone, or null;  waiting: a call to be taken back, or null
//   wish      null, or {key, name}: what was asked for and is no fact yet
//   stream    live | lost

import { nameOf } from './sessions.js'

export function view(known) {
  return {
    status: status(known),
    call: callShown(known),
    incoming: incoming(known),
    waiting: known.waiting && !known.phone.call ? named('callWaits', known.waiting, known) : null,
    notices: notices(known),
    buttons: buttons(known),
  }
}

function status({ phone, tab, isThere, isTold }) {
  if (!isThere) return text(phone.problem)
  if (tab === 'elsewhere') return text('elsewhere')
  if (phone.problem) return text(phone.problem)
  if (phone.call) return text(phone.call.phase === 'ringing' ? 'rings' : 'talking')
  return text(phone.registration === 'ready' && !isTold ? 'starting' : phone.registration)
}

function incoming(known) {
  const { phone, session, wish } = known
  if (phone.call?.phase !== 'ringing') return null
  if (isOwn(wish)) return null
  return named('calls', session, known, phone.call.from)
}

function callShown(known) {
  const { phone, session, wish } = known
  if (wish && !phone.call) return text(wish.key, { name: wish.name })
  if (!phone.call || incoming(known)) return null
  if (wish && (wish.key === 'leaving' || phone.call.phase === 'ringing')) return text(wish.key, { name: wish.name })
  if (phone.call.phase === 'open') {
    return named(isReached(session, known.user) ? 'open' : 'dialling', session, known, phone.call.from)
  }
  return text(phone.call.phase === 'ringing' ? 'ownRinging' : phone.call.phase)
}

// Whether the phone rings for what the person has asked for here; another caller may be first.
function isOwn(wish) {
  return (wish?.key === 'dialling' || wish?.key === 'returning') && !wish.isForeign
}

function isReached(session, user) {
  const others = session?.members.filter((member) => member.endpointId !== user?.endpointId) ?? []
  return others.length === 0 || others.some(({ callState }) => callState === 'Connected' || callState === 'Hold')
}

function notices({ phone, stream, user }) {
  const found = []
  if (phone.call?.poorLine && !phone.call.muted) found.push(text('poorLine'))
  if (user && stream === 'lost') found.push(text('streamLost'))
  return found
}

// Each as {shown, reason}: a button with a reason does nothing and says why.
function buttons(known) {
  const { phone, tab, isThere, waiting, wish } = known
  const isHere = isThere && tab === 'here'
  const phase = phone.call?.phase
  const isUp = phase !== undefined && phase !== 'ringing'
  const isOn = phone.registration !== 'off'
  const busy = wish ? 'beingDone' : null
  return {
    start: { shown: isHere && !isOn, reason: null },
    stop: { shown: isHere && isOn, reason: phone.call ? 'inACall' : null },
    useHere: { shown: isThere && tab === 'elsewhere', reason: null },
    answer: { shown: incoming(known) !== null, reason: null },
    decline: { shown: incoming(known) !== null, reason: null },
    mute: { shown: true, reason: isUp ? null : 'noCall' },
    keypad: { shown: true, reason: isUp ? null : 'noCall' },
    hangUp: { shown: true, reason: isUp || wish?.key === 'dialling' ? null : 'noCall' },
    takeBack: { shown: isHere && Boolean(waiting) && !phone.call, reason: busy },
    dial: { shown: true, reason: busy ?? dialReason(phone, isHere, phase) },
  }
}

function dialReason(phone, isHere, phase) {
  if (phase === 'ringing') return 'callRings'
  if (phase) return 'inACall'
  return isHere && phone.registration === 'ready' ? null : 'notReady'
}

function text(key, facts = {}) {
  return { key, facts }
}

function named(key, session, { user }, fallback = '') {
  return text(key, { name: nameOf(session, user?.endpointId, fallback) })
}
