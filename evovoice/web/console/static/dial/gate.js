/** The side of our window: it hears the page that opened it, where the service allows its origin. */

import { isFrom, isId, message, wishIn } from "./messages.js";

/**
 * `opener`: the window of that page; `origin`: as the service has allowed it, "" where it has not;
 * `nonce`: of this pair; `onMessage(hear)`. `hear(wish)` is called once for each press. The answer:
 * `tell(press, facts)`, and `isOpen`.
 */
export function createGate({ opener, origin, nonce, onMessage, hear }) {
  const isOpen = Boolean(opener) && Boolean(origin) && isId(nonce);
  const heard = new Set();

  function tellAll(type, facts) {
    if (isOpen && !opener.closed) opener.postMessage(message(type, nonce, facts), origin);
  }

  onMessage((event) => {
    if (!isOpen || !isFrom(event, { source: opener, origin, nonce })) return;
    const wish = wishIn(event.data);
    if (!wish || heard.has(wish.press)) return;
    heard.add(wish.press);
    hear(wish);
  });
  tellAll("ready");

  return { isOpen, tell: (press, facts) => tellAll("status", { press, ...facts }) };
}
