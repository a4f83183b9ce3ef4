/** What has become of a press, as the service's sessions tell it. Pure. */

import { isUp, memberId, ownLeg } from "../rights.js";

const OF_MEMBER = {
  queued: "calling", initiated: "calling", ringing: "ringing", connected: "connected", held: "connected",
  left: "left", removed: "left", busy: "busy", "no-answer": "noAnswer", failed: "failed", canceled: "canceled",
};
const OF_OUTCOME = { Busy: "busy", NoAnswer: "noAnswer", MissedCall: "noAnswer", Failed: "failed", Cancelled: "canceled" };

/**
 * Where a number is to be dialled: {add: session}, {call: true} where there is no call, {choose:
 * [sessions]} where there are several, or {refused: key}. `asked`: the id of the session that was named.
 */
export function placeFor(sessions, me, asked) {
  const own = sessions.filter((one) => !one.ended && ownLeg(one, me));
  const open = own.filter((one) => isUp(ownLeg(one, me)) && one.allowed?.includes("AddConferenceMember"));
  if (asked) {
    const named = open.find((one) => one.id === asked);
    return named ? { add: named } : { refused: own.some((one) => one.id === asked) ? "notYet" : "notYours" };
  }
  if (open.length === 1) return { add: open[0] };
  if (open.length) return { choose: open };
  return own.length ? { refused: "notYet" } : { call: true };
}

/** Of the parties of a session, ended ones too, the one whom that number has rung; null: none yet. */
export function partyOf(members, number, me) {
  const digits = number.replace(/\s*(x|ext).*$/i, "").replace(/\D/g, "");
  const isDialled = (one) =>
    one.applicationData?.destination === number || (one.identity ?? "").replace(/\D/g, "").endsWith(digits);
  const found = members.filter((one) => one.endpointId !== me.id && isDialled(one));
  const addedAt = (one) => one.applicationData?.addedAt ?? "";
  return found.reduce((last, one) => (last && addedAt(last) > addedAt(one) ? last : one), null);
}

/** {status, memberId, reason} of that party: `calling`, `ownPhone`, `ringing`, `connected` or how it ended. */
export function stateOf(session, party, me) {
  const id = party ? memberId(party) : "";
  const of = party?.applicationData ?? {};
  const status = OF_MEMBER[of.status] ?? upOrNot(party);
  const isOver = session.ended && ["calling", "ringing", "connected"].includes(status);
  if (isOver) return { status: OF_OUTCOME[session.outcome] ?? "left", memberId: id, reason: "" };
  const rings = session.members.some((one) => one.endpointId === me.id && one.callState === "Ringing");
  return { status: status === "calling" && rings ? "ownPhone" : status, memberId: id, reason: of.reason ?? "" };
}

function upOrNot(party) {
  if (!party) return "calling";
  if (isUp(party)) return "connected";
  return { Ringing: "ringing", Ended: "left" }[party.callState] ?? "calling";
}
