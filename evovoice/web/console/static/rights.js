/**
 * What may be done with a call. An answer says it (`allowed`); an event does not, and then the table
 * of rights (GET /app/rights) is applied to what the event tells.
 */

const LIVE_TRANSFER = new Set(["Dialing", "Consulting", "Swapped", "Returning"]);
const PARTS = { None: 0, Rung: 1, Answered: 2, Never: 3 };

export const isUp = (member) => member.callState === "Connected" || member.callState === "Hold";
export const isPending = (member) => member.callState === "None" || member.callState === "Ringing";
export const supervises = (member) => Boolean(member.applicationData?.supervising);
export const memberId = (member) => member.applicationData?.memberId ?? member.callSid;

/** One's own leg of a call, the one that is up first. */
export function ownLeg(session, me) {
  const own = session.members.filter((one) => one.endpointId === me.id && !supervises(one));
  return own.find(isUp) ?? own.find(isPending) ?? null;
}

/** The transfer that is under way. */
export function liveTransfer(session) {
  return LIVE_TRANSFER.has(session.transfer?.state) ? session.transfer : null;
}

/** Whether it rings for that user. A call that they place themselves rings their own device first. */
export function ringsFor(session, me) {
  const own = ownLeg(session, me);
  return Boolean(own) && !session.ended && own.callState === "Ringing";
}

/** The operations that the user may use on this call now. `rights`: rows by operation. */
export function permitted(session, me, rights) {
  if (session.allowed) return new Set(session.allowed);
  const states = statesOf(session, me);
  const part = partIn(session, me);
  const rows = [...rights.values()].filter((row) => row.when && states.has(row.when));
  const needed = (row) => PARTS[me.oversees ? row.overseerPart : row.userPart];
  return new Set(rows.filter((row) => part >= needed(row)).map((row) => row.operation));
}

function partIn(session, me) {
  const own = session.members.filter((one) => one.endpointId === me.id && !supervises(one));
  const answered = own.some((one) => isUp(one) || one.applicationData?.answeredAt);
  const placed = session.direction === "Outgoing" && session.createdBy === me.id;
  if (answered || placed || session.wasMine) return PARTS.Answered;
  return own.length ? PARTS.Rung : PARTS.None;
}

function statesOf(session, me) {
  const states = new Set(["Always"]);
  if (session.ended) return states;
  states.add("UntilTheEnd");
  if (ringsFor(session, me)) states.add("Ringing");
  if (session.callState === "Ringing") return states;
  states.add("Live");
  if (liveTransfer(session)) states.add("Transferring");
  const acts = session.members.some((one) => isUp(one) && actsFor(one, me));
  if (!acts) return states;
  states.add("Talking");
  const connected = session.members.filter((one) => isUp(one) && !supervises(one));
  return connected.length > 1 ? states.add("WithOthers") : states;
}

const actsFor = (member, me) => member.endpointId === me.id || (me.oversees && member.role === "Agent");
