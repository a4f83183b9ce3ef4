/**
 * What a page with dial buttons and our window say to each other. Neither believes who it is not
 * sure of: the window, the origin, the nonce of this pair and the version have to be right.
 */

import { wanted } from "./number.js";

const VERSION = 1;
const ID = /^[0-9a-f]{32}$/;

export const isId = (text) => ID.test(text);

/** A message of `type` with these facts. */
export function message(type, nonce, facts = {}) {
  return { evovoice: VERSION, type, nonce, ...facts };
}

/** Whether the event comes from that window, that origin and that pair. */
export function isFrom({ source, origin, data }, expected) {
  const known = expected.source && source === expected.source && expected.origin && origin === expected.origin;
  return Boolean(known) && data?.evovoice === VERSION && isId(expected.nonce) && data.nonce === expected.nonce;
}

/** The wish in a message to our window: {press, number, name, session}, null where it is none. */
export function wishIn(data) {
  if (data.type !== "dial" || !isId(data.press)) return null;
  const asked = wanted(data);
  return asked.flaw ? null : { press: data.press, ...asked };
}

/** The news in a message from our window: {press, status, sessionId, memberId, sentence}, or null. */
export function newsIn(data) {
  if (data.type !== "status" || !isId(data.press) || typeof data.status !== "string") return null;
  const text = (value) => (typeof value === "string" ? value : "");
  return {
    press: data.press, status: data.status,
    sessionId: text(data.sessionId), memberId: text(data.memberId), sentence: text(data.sentence),
  };
}
