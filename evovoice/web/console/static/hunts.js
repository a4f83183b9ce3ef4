/** A party who is tried in several places, one after the other (C114, C120). Pure. */

import { isPending, isUp } from "./rights.js";

/**
 * Where a party stands who is one of several: {attempt, attempts, tried: [{name, code}]}, null for any other.
 * `tried`: who was not reached before, with the code of the reason (C106).
 */
export function huntOf({ applicationData: of = {} }) {
  if (!of.huntId || Number(of.attempts) < 2) return null;
  const tried = (of.failed ?? "").split("; ").filter(Boolean).map((one) => {
    const at = one.lastIndexOf(": ");
    return { name: one.slice(0, at), code: one.slice(at + 2) };
  });
  return { attempt: Number(of.attempt), attempts: Number(of.attempts), tried };
}

/** Whether it is still found out whether a person has answered. */
export function isListenedTo({ callState, applicationData: of = {} }) {
  return callState === "Connected" && of.huntState === "Ringing";
}

/** Of somebody who was not reached: `rings`, where the next place rings, `reached`, where another has answered, or "". */
export function laterOf({ applicationData: { huntId } = {} }, members) {
  const later = huntId ? members.filter((one) => one.applicationData?.huntId === huntId) : [];
  if (later.some(isUp)) return "reached";
  return later.some(isPending) ? "rings" : "";
}
