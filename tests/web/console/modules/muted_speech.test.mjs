// Talking while muted: what counts as talking, and when a microphone is listened to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createMutedSpeech, createSpeech } from "../../../../evovoice/web/console/static/muted_speech.js";

/** The moments, in ms, at which that series of levels, one each 100 ms, is told. */
function toldAt(levels) {
  const speech = createSpeech();
  return levels.flatMap((level, index) => (speech.take(level, index * 100) ? [index * 100] : []));
}
const much = (level, count) => Array(count).fill(level);

test("a second of speech is told, a cough and a quiet room are not", () => {
  assert.deepEqual(toldAt(much(0.1, 12)), [1000]);
  assert.deepEqual(toldAt([...much(0.3, 5), ...much(0, 50), ...much(0.3, 5)]), []);
  assert.deepEqual(toldAt(much(0.01, 600)), []);
});

test("pauses between words are part of speech, and it is said again after a while alone", () => {
  const words = Array(100).fill([0.1, 0.1, 0.1, 0]).flat(); // 40 s
  const told = toldAt(words);
  assert.equal(told.length, 2);
  assert.ok(told[0] < 2000 && told[1] - told[0] >= 20_000);
});

function phone() {
  const opened = [], told = [];
  let tick = null, at = 0;
  const speech = createMutedSpeech({
    open: async () => {
      const one = { isOpen: true, level: () => 0.1, close: () => (one.isOpen = false) };
      opened.push(one);
      return one;
    },
    timers: { every: (run) => (tick = run), clear: () => (tick = null) },
    tell: () => told.push(at), now: () => at,
  });
  const pass = (ms) => { for (const end = at + ms; at < end; at += 100) tick?.(); };
  return { speech, opened, told, pass };
}

test("the microphone is listened to in a call that is muted, and let go at once afterwards", async () => {
  const { speech, opened, told, pass } = phone();
  await speech.phoneIs({ callSid: "CA1", isMuted: false });
  await speech.phoneIs({ callSid: null, isMuted: true });
  assert.equal(opened.length, 0);
  await speech.phoneIs({ callSid: "CA1", isMuted: true });
  await speech.phoneIs({ callSid: "CA1", isMuted: true });
  pass(1500);
  assert.deepEqual([opened.length, told.length], [1, 1]);
  speech.phoneIs({ callSid: "CA1", isMuted: false });
  assert.ok(!opened[0].isOpen);
  pass(60_000);
  assert.equal(told.length, 1);
});

test("one that opens after the mute has ended is closed, and one that does not open is no fault", async () => {
  const { speech, opened } = phone();
  const opening = speech.phoneIs({ callSid: "CA1", isMuted: true });
  speech.phoneIs({ callSid: null, isMuted: false });
  await opening;
  assert.ok(!opened[0].isOpen);
  const refused = createMutedSpeech({ open: () => Promise.reject(new Error()), timers: {}, tell: () => {} });
  await refused.phoneIs({ callSid: "CA1", isMuted: true });
  refused.phoneIs({ callSid: null, isMuted: false });
});
