/** The side of the page with the buttons: one small window of the service's origin for all of them. */

import { newId } from "../new_id.js";
import { isFrom, message, newsIn } from "./messages.js";

const NAME = "evovoice-dial";
const LOOKS = "popup,width=440,height=420";
const READY_WITHIN = 15_000; // milliseconds
const LOOK_EVERY = 500;

/** Statuses after which nothing more is heard of a press, and its button can be pressed again. */
export const LAST = new Set([
  "blocked", "silent", "closed", "shown", "refused", "busy", "noAnswer", "failed", "canceled", "left", "flaw",
]);

/**
 * `origin`: the service's. `page`: {origin, open(url, name, looks), onMessage(hear)}. `timers`: {set,
 * every, clear}. The answer: `press(wish, hear)`; `hear({status, sessionId, memberId, sentence})` is
 * called at each change.
 */
export function createLink({ origin, page, timers, newKey = newId }) {
  const presses = new Map(); // {wish, hear, isSent} by press
  let pair = { source: null, origin, nonce: "" };
  let isReady = false;
  let looking = null;

  page.onMessage((event) => {
    if (!isFrom(event, pair)) return;
    if (event.data.type === "ready") return ready();
    const news = newsIn(event.data);
    if (news) tell(news.press, news);
  });

  function ready() {
    if (isReady) endAll("closed", ({ isSent }) => isSent); // it was loaded again, and follows nothing
    isReady = true;
    for (const [press, one] of presses) if (!one.isSent) send(press, one);
  }

  /** Each press is sent once, whatever becomes of the window. */
  function send(press, one) {
    one.isSent = true;
    pair.source.postMessage(message("dial", pair.nonce, { press, ...one.wish }), origin);
  }

  function tell(press, news) {
    const one = presses.get(press);
    if (!one) return;
    if (LAST.has(news.status)) presses.delete(press);
    if (!presses.size) rest();
    one.hear(news);
  }

  function endAll(status, which = () => true) {
    for (const [press, one] of [...presses]) if (which(one)) tell(press, { press, status });
  }

  function look() {
    if (pair.source?.closed) {
      isReady = false;
      endAll("closed");
    }
  }

  function rest() {
    timers.clear(looking);
    looking = null;
  }

  /** Whether there is a window; a browser lets a page open one only while somebody presses. */
  function open() {
    if (pair.source && !pair.source.closed) return bringForward();
    isReady = false;
    const nonce = newKey();
    const url = `${origin}/dial?from=${encodeURIComponent(page.origin)}#${nonce}`;
    pair = { source: page.open(url, NAME, LOOKS), origin, nonce };
    if (!pair.source || pair.source.closed) return false;
    timers.set(() => {
      if (pair.nonce !== nonce || isReady) return;
      pair = { ...pair, source: null }; // the next press opens it anew
      endAll("silent");
    }, READY_WITHIN);
    return true;
  }

  function bringForward() {
    pair.source.focus();
    return true;
  }

  return {
    press(wish, hear) {
      if (!open()) return hear({ status: "blocked" });
      const press = newKey();
      const one = { wish, hear, isSent: false };
      presses.set(press, one);
      looking ??= timers.every(look, LOOK_EVERY);
      hear({ status: "opening" });
      if (isReady) send(press, one);
      return undefined;
    },
    bringForward: () => pair.source && !pair.source.closed && pair.source.focus(),
  };
}
