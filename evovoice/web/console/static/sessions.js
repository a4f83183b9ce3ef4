// What the service's sessions say about the phone of one user. Pure: lists in, answers out.

// The session that the call in this phone belongs to, if the service has it already.
export function sessionOfCall(sessions, callId) {
  return sessions.find((one) => !one.ended && one.members.some((member) => member.callSid === callId)) ?? null
}

// A call that waits for this user, whose page was loaded again or who lost the network (C116).
export function waitingForReturn(sessions, endpointId) {
  return sessions.find((one) => mayReturn(one, endpointId)) ?? null
}

function mayReturn(session, endpointId) {
  const allowed = session.allowed ?? []
  return !session.ended && allowed.includes('AddConferenceMember') &&
    !allowed.includes('LeaveConference') && !hasOwnLeg(session, endpointId)
}

function hasOwnLeg(session, endpointId) {
  return session.members.some((member) => member.endpointId === endpointId)
}

// Whom one talks to, or who calls: names before numbers, those who are not reached yet too.
export function nameOf(session, endpointId, fallback) {
  if (!session) return fallback
  const names = session.members
    .filter((member) => member.endpointId !== endpointId)
    .map((member) => member.displayName || member.identity)
  return names.length ? names.join(', ') : session.displayName || fallback
}
