/** How a call and each of its people stand: who talks, and who waits for whom. Pure. */

import { isListenedTo } from "./hunts.js";
import { isPending, isUp, liveTransfer, ownLeg, supervises } from "./rights.js";

const ADD = "AddConferenceMember"; // allowed to whoever may take the call back, though no leg of theirs is up (C116)
const STATES = { None: "calling", Ringing: "ringing" };
const ENDS_A_TALK = new Set(["MemberLeft", "MemberRemoved"]);
const DEVICE_LOST = "device-lost"; // the cause that a line of the log has in its data

const isHeld = (member) => member.callState === "Hold";
const partiesOf = (session) => session.members.filter((one) => !supervises(one));
const talkersOf = (session) => partiesOf(session).filter((one) => isUp(one) && !isHeld(one));
const namesOf = (members) => members.map((one) => one.displayName).join(", ");

/** Whether the call waits for that user, whose device was lost or is being rung. */
export function waitsFor(session, me) {
  const own = ownLeg(session, me);
  if (session.ended || (own && isUp(own))) return false;
  if (own) return session.callState !== "Ringing";
  return Boolean(session.allowed?.includes(ADD)) && !me.oversees;
}

/**
 * What a call is for that user, as the key of a text below `state.`: once they have left it, others
 * talk or wait, whatever it is for those.
 */
export function stateOf(session, me) {
  if (session.ended || session.callState === "Ringing") return session.callState;
  const own = ownLeg(session, me);
  const talk = talkersOf(session).length;
  if (!own || !isUp(own)) return talk > 1 ? "Passive" : waitsFor(session, me) ? "waiting" : "waits";
  if (liveTransfer(session)) return "consulting";
  return partiesOf(session).some((one) => one !== own && isUp(one)) ? session.callState : "alone";
}

/** What is to be said of the call as a whole: {key, names, count, called}, or null. */
export function noteOf(session, me) {
  const own = ownLeg(session, me);
  const others = partiesOf(session).filter((one) => one !== own);
  const [up, called] = [others.filter(isUp), namesOf(others.filter(isPending))];
  const key = noteKey(stateOf(session, me), !own && waitsFor(session, me), called);
  return key && { key, names: namesOf(up), count: up.length, called };
}

function noteKey(state, isLost, called) {
  if (state === "Passive") return isLost ? "call.cutOffTalks" : "call.passive";
  if (state === "waiting") return isLost ? "call.cutOff" : null;
  if (state === "waits") return called ? "call.waitsFor" : "call.waits";
  if (state === "alone") return called ? "call.aloneCalls" : "call.alone";
  return null;
}

/** How a party stands: {key, names, waits}; `key` of a text below `party.`, `names`: whom they wait for. */
export function partyState(member, session, me) {
  const as = (key, more = {}) => ({ key: `party.${key}`, names: "", waits: false, ...more });
  if (!isUp(member)) return as(STATES[member.callState]);
  if (isListenedTo(member)) return as("listenedTo");
  if (supervises(member)) return as(member.applicationData.supervising === "coach" ? "coaches" : "listens");
  if (isHeld(member) ? isAnybodyOurs(session) : hasCompany(member, session)) return as(isHeld(member) ? "held" : "talking");
  return as(...reasonToWait(member, session, me));
}

function reasonToWait(member, session, me) {
  const others = partiesOf(session).filter((one) => one !== member);
  const called = others.filter((one) => isPending(one));
  const isOwn = member.endpointId === me.id;
  if (!isOwn && waitsFor(session, me)) return ["waitsForYou", { waits: true }];
  if (called.length) return ["waitsFor", { waits: true, names: namesOf(called) }];
  if (others.some(isUp)) return ["othersHeld", { waits: true }];
  return [isOwn ? "youAlone" : "alone", { waits: true }];
}

/** On hold, somebody of us has to be there who can end it. */
const isAnybodyOurs = (session) => partiesOf(session).some((one) => one.endpointId && isUp(one));

const hasCompany = (member, session) => talkersOf(session).some((one) => one !== member);

/** Since when somebody waits: since the last one left. `lines`: the call's log as far as it is known. */
export function waitsSince(lines) {
  const isEnd = ({ type, data }) => ENDS_A_TALK.has(type) || data?.cause === DEVICE_LOST;
  return lines.findLast(isEnd)?.date;
}
