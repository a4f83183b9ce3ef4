import assert from "node:assert/strict";
import { test } from "node:test";

import { createStore, newer } from "../../../../evovoice/web/console/static/store.js";
import { agent, ANN, bea, customer, session } from "./calls.mjs";

const at = (version, more = {}) => session([], { version, ...more });

test("what is older than what is shown is passed over, whichever way it came", () => {
  const store = createStore();
  store.put(at(3));
  assert.equal(store.put(at(2)), false);
  assert.equal(store.put(at(3)), false);
  assert.equal(store.get("s-1").version, 3);
});

test("what has ended stays ended", () => {
  const ended = at(4, { ended: true });
  assert.equal(newer(ended, at(9)), ended);
  assert.equal(newer(at(9), ended), ended);
});

test("an answer completes the event of its version, and an event takes nothing of it away", () => {
  const answer = at(2, { allowed: ["HoldSession"] });
  assert.equal(newer(at(2), answer), answer);
  assert.equal(newer(answer, at(2)), answer);
  assert.equal(newer(answer, at(3)).allowed, undefined);
});

test("any order of the same events ends in the same state", () => {
  const events = [1, 2, 3, 4].map((version) => at(version)).concat(at(5, { ended: true }));
  for (let seed = 0; seed < 120; seed += 1) {
    const store = createStore();
    for (const event of shuffled([...events, ...events], seed)) store.put(event);
    assert.deepEqual(store.get("s-1"), { ...events[4], wasMine: false });
  }
});

test("who listens is told what was before", () => {
  const told = [];
  const store = createStore((after, before) => told.push([after.version, before?.version]));
  store.put(at(1));
  store.put(at(2));
  assert.deepEqual(told, [[1, undefined], [2, 1]]);
});

test("what a complete list does not name any more is to be read again", () => {
  const store = createStore();
  store.put(at(1));
  store.put(at(1, { id: "s-2" }));
  assert.deepEqual(store.putAll([at(2)], ["s-1", "s-2"]), ["s-2"]);
});

test("who has left is known to have had the call", () => {
  const store = createStore(() => {}, () => ANN.id);
  store.put(session([customer(), agent(), bea()]));
  store.put(session([customer(), bea()], { version: 2 }));
  assert.equal(store.get("s-1").wasMine, true);
});

test("who had the call is known too where the event of the leaving comes before the answer", () => {
  const told = [];
  const store = createStore((after) => told.push(after.wasMine), () => ANN.id);
  store.put(session([customer(), bea()], { version: 2 }));
  store.put(session([customer(), agent(), bea()], { version: 1 }));
  assert.equal(store.get("s-1").version, 2);
  assert.deepEqual(told, [false, true]);
});

test("only so many ended sessions are kept, the oldest go first", () => {
  const store = createStore();
  for (let day = 10; day < 90; day += 1) {
    store.put(at(1, { id: `s-${day}`, ended: true, dateCreated: `2026-${day}` }));
  }
  assert.equal(store.all().length, 50);
  assert.equal(store.all()[0].id, "s-89");
});

function shuffled(list, seed) {
  let state = seed + 1;
  for (let index = list.length - 1; index > 0; index -= 1) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const other = state % (index + 1);
    [list[index], list[other]] = [list[other], list[index]];
  }
  return list;
}
