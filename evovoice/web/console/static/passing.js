/**
 * Between pages of our origin in one browser: a number is passed to the console that has the phone,
 * if one is open. Asked first who that is, so that a page which answers too late has been given nothing.
 */

import { NAME as LOCK } from "./leader.js";
import { newId } from "./new_id.js";

const NAME = "evovoice-number";
const HERE_WITHIN = 1000; // milliseconds; a page that the browser has frozen says nothing
const DONE_WITHIN = 30_000; // the console repeats what gets no answer

/**
 * The side that has a number. `find()`: the console that takes it, null where none is open. `pass(to,
 * wish)`: what has become of it: {status}, `shown`, `dialled` with `sessionId`, `refused` with
 * `sentence`, or `silent`; a wish is passed once, and whatever is answered, nobody else has it.
 */
export function createPasser({ timers, Channel = BroadcastChannel, locks = navigator.locks }) {
  const channel = new Channel(NAME);
  const from = newId();

  /** The first answer of that type to us, `else` after so many milliseconds. */
  function answered(type, within, silence) {
    return new Promise((done) => {
      const end = (answer) => {
        timers.clear(patience);
        channel.removeEventListener("message", hear);
        done(answer);
      };
      const hear = ({ data }) => data.type === type && data.to === from && end(data);
      const patience = timers.set(() => end(silence), within);
      channel.addEventListener("message", hear);
    });
  }

  async function find() {
    if (!(await mayBeOpen(locks))) return null;
    const here = answered("here", HERE_WITHIN, null);
    channel.postMessage({ type: "who", from });
    return (await here)?.from ?? null;
  }

  async function pass(to, wish) {
    if (!to) return { status: "silent" };
    const done = answered("done", DONE_WITHIN, { answer: { status: "silent" } });
    channel.postMessage({ type: "take", from, to, wish });
    return (await done).answer;
  }

  return { find, pass };
}

/** Whether any page has the phone; a page without https cannot tell. */
async function mayBeOpen(locks) {
  if (!locks) return true;
  const { held } = await locks.query();
  return held.some(({ name }) => name === LOCK);
}

/**
 * The console's side. `takes()`: whether somebody has signed in and this page has the phone;
 * `take(wish)`: what becomes of it.
 */
export function answerPassers({ takes, take, Channel = BroadcastChannel }) {
  const channel = new Channel(NAME);
  const own = newId();
  channel.addEventListener("message", async ({ data }) => {
    if (data.type === "who" && takes()) channel.postMessage({ type: "here", from: own, to: data.from });
    if (data.type !== "take" || data.to !== own) return;
    channel.postMessage({ type: "done", to: data.from, answer: await take(data.wish) });
  });
}
