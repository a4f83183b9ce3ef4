import assert from "node:assert/strict";
import { test } from "node:test";

import { changesOf } from "../../../../evovoice/web/console/static/changes.js";
import { createClock, elapsed } from "../../../../evovoice/web/console/static/clock.js";
import { deedOf } from "../../../../evovoice/web/console/static/keys.js";
import { asTyped, groupsOf, isNumber } from "../../../../evovoice/web/console/static/numbers.js";
import { createSay, sentenceOf } from "../../../../evovoice/web/console/static/say.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, bea, customer, session } from "./calls.mjs";

const say = createSay(texts);

test("lengths are read as people write them", () => {
  assert.deepEqual([7, 724, 3723, -4].map(elapsed), ["0:07", "12:04", "1:02:03", "0:00"]);
});

test("the server's time counts where the machine's is wrong", () => {
  const clock = createClock(() => Date.parse("2026-11-28T09:00:00Z"));
  clock.observe("Sat, 28 Nov 2026 10:00:00 GMT");
  assert.equal(clock.since("2026-11-28T09:59:30Z"), "0:30");
  assert.equal(clock.since(undefined), "");
});

test("numbers are grouped, and typed ones as they come", () => {
  assert.deepEqual(groupsOf("+12025550123"), ["+1", "202", "555", "0123"]);
  assert.deepEqual(groupsOf("+442079460123"), ["+44", "207", "946", "0123"]);
  assert.deepEqual(groupsOf("+353861234567"), ["+353", "861", "234", "567"]);
  assert.equal(asTyped("+1202555"), "+1 202 555");
  assert.equal(asTyped("2025550123"), "202 555 0123");
  assert.equal(asTyped("Bea"), "Bea");
  assert.deepEqual([isNumber("+12025550123"), isNumber("bob_1")], [true, false]);
});

test("texts are filled in, plurals by the language, and hostile names stay text", () => {
  assert.equal(say("consult.isOn", { names: "Bea", count: 1 }), "Bea is");
  assert.equal(say("consult.isOn", { names: "Bea, Max", count: 2 }), "Bea, Max are");
  assert.equal(say("said.left", { name: "<b>{name}</b>" }), "<b>{name}</b> has left.");
});

test("errors are sentences; one that is not in the table says itself", () => {
  const error = { code: "InvalidDestination", message: "x" };
  assert.equal(sentenceOf(say, error, { destination: "99" }), "We cannot call “99”.");
  assert.equal(sentenceOf(say, { code: "New", message: "Said by the service" }), "Said by the service");
});

test("each change is one sentence, and what the page has just learnt is none", () => {
  const before = session([customer(), agent(), bea({ callState: "Ringing" })]);
  const after = session([customer({ callState: "Hold" }), agent(), bea()]);
  assert.deepEqual(changesOf(after, undefined, ANN), []);
  assert.deepEqual(changesOf(after, before, ANN).map(([key]) => key), ["said.held", "said.answered"]);
  assert.deepEqual(changesOf(session([agent(), bea()]), after, ANN), [["said.left", { name: "cust" }]]);
  assert.deepEqual(changesOf({ ...after, ended: true }, after, ANN).map(([key]) => key), ["said.ended"]);
});

test("single keys rest while somebody types and where they are switched off", () => {
  const key = (name, more) => deedOf({ key: name, ...more }, { isInField: false, areOn: true });
  assert.equal(key("m"), "mute");
  assert.equal(key("3"), "party 3");
  assert.equal(key("m", { ctrlKey: true }), null);
  assert.equal(key("F8", { shiftKey: true }), "toolbar");
  assert.equal(deedOf({ key: "m" }, { isInField: true, areOn: true }), null);
  assert.equal(deedOf({ key: "F2" }, { isInField: true, areOn: false }), "answer");
  assert.equal(deedOf({ key: "m" }, { isInField: false, areOn: false }), null);
});
