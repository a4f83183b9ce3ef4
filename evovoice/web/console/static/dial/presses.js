/** Presses of dial buttons: what the service is asked for each, and what becomes of it. */

import { createRequests } from "../requests.js";
import { sentenceOf } from "../say.js";
import { LAST } from "./link.js";
import { partyOf, placeFor, stateOf } from "./status.js";

const inCall = (id) => `/sessions/${encodeURIComponent(id)}`;

/**
 * `ask`: as in api.js; `wait(ms)`; `changed(press)`: {press, number, name, status, sentence,
 * sessionId, memberId, choices, isPassed} has changed; `passer`: as in passing.js.
 */
export function createDialPresses({ ask, wait, say, changed, passer }) {
  const presses = new Map();
  const requests = createRequests({ ask, wait, newKey: () => "" });
  let me = null;

  function become(one, facts) {
    const now = { choices: [], sentence: "", ...facts };
    if (Object.entries(now).every(([name, value]) => String(one[name]) === String(value))) return;
    Object.assign(one, now);
    changed(one);
  }

  /** Once at a time: the window may get the focus while it asks. */
  async function dial(one) {
    if (one.isAsking) return undefined;
    one.isAsking = true;
    try {
      me = await signedIn();
      if (!me) return become(one, { status: "signIn" });
      const { sessions } = await requests.get("/sessions/my");
      const place = placeFor(sessions, me, one.session);
      if (place.refused) return refuse(one, say(place.refused));
      if (place.choose) return await choosing(one, place.choose);
      return await ring(one, place.add?.id ?? "");
    } catch (error) {
      return failed(one, error);
    } finally {
      one.isAsking = false;
    }
  }

  async function signedIn() {
    const status = await requests.get("/auth/status");
    return status.isAuthenticated ? { id: status.id } : null;
  }

  /** Which call is asked here, or in the console, where there is no place for it here. */
  async function choosing(one, choices) {
    if (!one.fills) return become(one, { status: "choosing", choices });
    const { status } = await passer.pass(await passer.find(), { kind: "fill", number: one.number, name: one.name });
    return become(one, { status, sentence: status === "shown" ? say("chooseThere") : "" });
  }

  /** Into that call, or a new one where there is no id: by the console that is open, or by ourselves. */
  async function ring(one, sessionId) {
    become(one, { status: "calling" });
    const open = await passer.find();
    one.isPassed = open !== null;
    return open ? passOn(one, open, sessionId) : ringHere(one, sessionId);
  }

  async function passOn(one, open, sessionId) {
    const { press, number, name } = one;
    const done = await passer.pass(open, { kind: "dial", press, number, name, sessionId });
    if (done.status === "dialled") return follow(one, done.sessionId);
    if (done.status === "refused") return refuse(one, done.sentence || say("notYours"));
    return become(one, { status: "failed", sentence: say("unknown") });
  }

  /** The press itself is the key: however often it is sent, it rings once. */
  async function ringHere(one, sessionId) {
    const path = sessionId ? `${inCall(sessionId)}/conference/members` : "/calls";
    const { dial: dialOnce } = createRequests({ ask, wait, newKey: () => one.press });
    const session = await dialOnce(path, { destination: one.number });
    return follow(one, session.id);
  }

  async function follow(one, sessionId) {
    become(one, { status: "calling", sessionId });
    await look(one).catch(() => {}); // the stream reads it again
  }

  function failed(one, error) {
    if (error.status === 0) return become(one, { status: "failed", sentence: say("unknown") });
    if (error.status === 401) return become(one, { status: "signIn" });
    return refuse(one, sentenceOf(say, error, { destination: one.number }));
  }

  function refuse(one, reason) {
    become(one, { status: "refused", sentence: say("refused", { reason }) });
  }

  /** One look at a time, so that no older answer comes last. */
  async function look(one) {
    one.isStale = true;
    if (one.isLooking) return;
    one.isLooking = true;
    try {
      while (one.isStale) {
        one.isStale = false;
        await read(one);
      }
    } finally {
      one.isLooking = false;
    }
  }

  async function read(one) {
    const [session, { members }] = await Promise.all([
      requests.get(inCall(one.sessionId)),
      requests.get(`${inCall(one.sessionId)}/conference/members?includeEnded=true`),
    ]);
    const party = partyOf(members, one.number, me);
    const { status, memberId, reason } = stateOf(session, party, me);
    become(one, { status, memberId, sentence: reason });
  }

  const followed = () => [...presses.values()].filter((one) => one.sessionId && !LAST.has(one.status));

  return {
    /** A wish has come from the page: {press, number, name, session}. */
    take(wish) {
      const one = { ...wish, status: "opening", sentence: "", sessionId: "", memberId: "", choices: [] };
      presses.set(wish.press, one);
      return dial(one);
    },
    /** The agent has chosen the call of several. */
    choose(press, sessionId) {
      const one = presses.get(press);
      if (one?.status !== "choosing") return undefined;
      return ring(one, sessionId).catch((error) => failed(one, error));
    },
    /** Somebody has signed in. */
    again: () => Promise.all([...presses.values()].filter((one) => one.status === "signIn").map(dial)),
    /** Something has happened in that session, or `null`: anywhere. */
    async happened(sessionId) {
      const told = followed().filter((one) => !sessionId || one.sessionId === sessionId);
      await Promise.all(told.map((one) => look(one).catch(() => {})));
    },
    isFollowing: () => followed().length > 0,
    all: () => [...presses.values()],
  };
}
