import assert from "node:assert/strict";
import { test } from "node:test";

import { createStream } from "../../../../evovoice/web/console/static/stream.js";
import { dial, settled } from "./calls.mjs";

/** A service that answers in turn with what it is told to, and the page that listens to it. */
function listening(...answers) {
  const timers = dial();
  const seen = { states: [], events: [], opened: 0, polled: 0, asked: [] };
  const fetch = async (url, { headers, signal }) => {
    seen.asked.push(headers["Last-Event-ID"] ?? "");
    const answer = answers.shift() ?? { status: 200 };
    if (answer.status !== 200) return { status: answer.status };
    return { status: 200, body: bodyOf(answer, signal) };
  };
  const on = {
    state: (state) => seen.states.push(state),
    event: (name, data) => seen.events.push([name, data]),
    open: () => (seen.opened += 1),
    poll: () => (seen.polled += 1),
  };
  const feed = createStream({ url: "/events", fetch, on, timers, random: () => 0.5 });
  feed.open();
  return { feed, seen, timers };
}

function bodyOf(answer, signal) {
  return new ReadableStream({
    start(controller) {
      for (const text of answer.says ?? []) controller.enqueue(new TextEncoder().encode(text));
      if (answer.ends) controller.close();
      signal.addEventListener("abort", () => {
        try { controller.error(new Error("aborted")); } catch { /* it is over */ }
      });
    },
  });
}

test("what is said is heard, and after a loss all from there on is asked for", async () => {
  const says = ['id: 7\nevent: SessionHeld\ndata: {"sessionId":"s-1"}\n\n'];
  const { feed, seen, timers } = listening({ status: 200, says, ends: true }, { status: 200 });
  await settled();
  assert.deepEqual(seen.events, [["SessionHeld", { sessionId: "s-1" }]]);
  await timers.turn(1000);
  assert.deepEqual([seen.asked, seen.opened], [["", "7"], 2]);
  feed.close();
});

test("a stream that says nothing for 40 s is opened again", async () => {
  const { feed, seen, timers } = listening({ status: 200 }, { status: 200 });
  await timers.turn(39_000);
  assert.equal(seen.asked.length, 1);
  await timers.turn(3000);
  assert.equal(seen.asked.length, 2);
  assert.deepEqual(seen.states, ["connecting", "live", "lost", "live"]);
  feed.close();
});

test("where there is no place the page reads every two seconds, and tries again", async () => {
  const { feed, seen, timers } = listening({ status: 503 }, { status: 200 });
  await timers.turn(4500);
  assert.deepEqual([seen.polled, seen.states.at(-1)], [3, "polling"]);
  await timers.turn(8000);
  assert.equal(seen.states.at(-1), "live");
  feed.close();
});

test("who is signed out is not asked for again before somebody has signed in", async () => {
  const { feed, seen, timers } = listening({ status: 401 }, { status: 200 });
  await timers.turn(60_000);
  assert.deepEqual([seen.asked.length, seen.states.at(-1)], [1, "signedOut"]);
  feed.retry();
  await settled();
  assert.equal(seen.states.at(-1), "live");
  feed.close();
});

test("a page that has yielded to another stays quiet, and begins anew when it is wanted", async () => {
  const says = ["id: 9000000000000007\nevent: Toast\ndata: {}\n\n"];
  const { feed, seen, timers } = listening(
    { status: 200, says, ends: true }, { status: 204 }, { status: 200 },
  );
  await timers.turn(60_000);
  assert.equal(seen.states.at(-1), "yielded");
  feed.retry();
  await settled();
  assert.deepEqual([seen.asked.at(-1), seen.states.at(-1)], ["", "live"]);
  feed.close();
});

test("a stream that is wanted anew has lost nothing", async () => {
  const { feed, seen } = listening({ status: 200 }, { status: 200 });
  await settled();
  feed.retry();
  await settled();
  assert.deepEqual([seen.states, seen.opened], [["connecting", "live"], 2]);
  feed.close();
});

test("pauses grow while the service is away, to ten seconds at most", async () => {
  const away = Array.from({ length: 40 }, () => ({ status: 500 }));
  const { feed, seen, timers } = listening(...away);
  await timers.turn(60_000);
  assert.ok(seen.asked.length >= 8 && seen.asked.length <= 14, String(seen.asked.length));
  feed.close();
});
