/**
 * The event stream, read with `fetch`: an EventSource is closed for good by any status but 200 and
 * hides Retry-After.
 */

import { EventParser } from "./event_parser.js";

const SILENCE = 40_000; // milliseconds; a Ping comes every 15 s
const POLL_EVERY = 2000;
const POLLS = 5; // before the stream is tried again
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

/**
 * Listens until `close`. `on.state(state)`: `connecting`, `live`, `lost`, `polling`, `signedOut`,
 * `yielded` (another page of this user listens in this one's place). `on.open(date)`: read all again; by the service it is that time.
 * `on.event(name, data)`. `on.poll()`: read what is live. `timers.set(run, ms)`, `timers.clear(id)`.
 */
export function createStream({ url, fetch, on, timers, random = Math.random }) {
  let state = "";
  let lastId = "";
  let failures = 0;
  let isClosed = false;
  let abort = null;
  let wake = null;
  let isWantedAnew = false;

  function become(next) {
    if (next === state) return;
    state = next;
    on.state(next);
  }

  function sleep(ms) {
    return new Promise((resolve) => {
      const id = timers.set(resolve, ms);
      wake = () => {
        timers.clear(id);
        resolve();
      };
    });
  }

  /** How it ended: `ended`, `lost`, `unavailable`, `signedOut`, `yielded`. */
  async function listen() {
    abort = new AbortController();
    const headers = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    let quiet = timers.set(() => abort.abort(), SILENCE);
    try {
      const answer = await fetch(url, { headers, signal: abort.signal });
      if (answer.status !== 200) return outcomeOf(answer.status);
      failures = 0;
      become("live");
      on.open(answer.headers?.get("Date"));
      const parser = new EventParser();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return "ended";
        timers.clear(quiet);
        quiet = timers.set(() => abort.abort(), SILENCE);
        for (const block of parser.take(value)) heard(block);
      }
    } catch {
      return "lost";
    } finally {
      timers.clear(quiet);
    }
  }

  function heard(block) {
    if (block.data) on.event(block.event, JSON.parse(block.data));
    if (block.id !== null) lastId = block.id;
  }

  async function poll() {
    become("polling");
    for (let count = 0; count < POLLS && !isClosed; count += 1) {
      on.poll();
      await sleep(POLL_EVERY * (0.9 + 0.2 * random()));
    }
  }

  /** The n-th pause after a failure: growing, with a jitter, so that not all come back at once. */
  function pause() {
    const most = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** failures);
    failures += 1;
    return most * (0.5 + random() / 2);
  }

  async function run() {
    become("connecting");
    while (!isClosed) {
      const how = await listen();
      if (isClosed) return;
      if (isWantedAnew) isWantedAnew = false; // nothing was lost
      else if (how === "unavailable") await poll();
      else if (how === "signedOut" || how === "yielded") {
        become(how);
        await new Promise((resolve) => (wake = resolve));
      } else {
        if (how === "lost") become("lost");
        await sleep(pause());
      }
    }
  }

  return {
    /** Begin to listen. */
    open: run,
    /** Try again at once: somebody has signed in, or the machine woke up. */
    retry() {
      failures = 0;
      if (state === "yielded") lastId = "";
      if (state === "live") {
        isWantedAnew = true;
        abort?.abort();
      }
      wake?.();
    },
    close() {
      isClosed = true;
      abort?.abort();
      wake?.();
    },
    state: () => state,
  };
}

function outcomeOf(status) {
  if (status === 204) return "yielded";
  if (status === 401 || status === 403) return "signedOut";
  return status === 503 || status === 429 ? "unavailable" : "lost";
}
