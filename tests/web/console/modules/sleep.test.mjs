// A clock that jumps, under a tab that is looked at or hidden.

import assert from "node:assert/strict";
import { test } from "node:test";

import { watchForSleep } from "../../../../evovoice/web/console/static/sleep.js";

function watched({ isHidden = false } = {}) {
  const page = { now: 0, isHidden, woken: 0, look: null };
  watchForSleep(() => { page.woken += 1; }, {
    every: (run) => { page.look = run; }, now: () => page.now, isHidden: () => page.isHidden,
  });
  page.after = (seconds) => { page.now += 1000 * seconds; page.look(); };
  return page;
}

test("a machine that has slept is told once", () => {
  const page = watched();
  for (const seconds of [1, 19, 21, 1, 1]) page.after(seconds);
  assert.equal(page.woken, 1);
});

test("timers of a hidden tab that run once a minute are no sleep, also when it is looked at again", () => {
  const page = watched({ isHidden: true });
  for (let minute = 0; minute < 10; minute += 1) page.after(60);
  page.isHidden = false;
  page.after(60);
  assert.equal(page.woken, 0);
});

test("a hidden tab that was frozen for long is told", () => {
  const page = watched({ isHidden: true });
  page.after(91);
  assert.equal(page.woken, 1);
});
