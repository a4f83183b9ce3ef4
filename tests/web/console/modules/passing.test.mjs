import assert from "node:assert/strict";
import { test } from "node:test";

import { createDeeds } from "../../../../evovoice/web/console/static/deeds.js";
import { Desk } from "../../../../evovoice/web/console/static/desk.js";
import { isShownElsewhere } from "../../../../evovoice/web/console/static/brought.js";
import { createDialPresses } from "../../../../evovoice/web/console/static/dial/presses.js";
import { answerPassers, createPasser } from "../../../../evovoice/web/console/static/passing.js";
import { createSay } from "../../../../evovoice/web/console/static/say.js";
import { dialTexts } from "../../../../evovoice/web/console/static/texts/dial_en.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, bea, customer, dial, session, settled } from "./calls.mjs";

const HELD = { query: async () => ({ held: [{ name: "evovoice-phone" }] }) };
const NOBODY = { query: async () => ({ held: [{ name: "another" }] }) };
const PRESS = "b".repeat(32);

/** The pages of one browser, which hear each other; a frozen one hears later. */
function browser() {
  const all = new Set();
  return class Channel extends EventTarget {
    late = [];
    isFrozen = false;
    constructor() {
      super();
      all.add(this);
    }
    static pages = all;
    postMessage(data) {
      for (const other of all) {
        if (other === this) continue;
        const hear = () => other.dispatchEvent(Object.assign(new Event("message"), { data }));
        if (other.isFrozen) other.late.push(hear);
        else queueMicrotask(hear);
      }
    }
    thaw() {
      this.isFrozen = false;
      for (const hear of this.late.splice(0)) hear();
    }
  };
}

function pages({ locks = HELD, takes = () => true } = {}) {
  const [Channel, timers, taken] = [browser(), dial(), []];
  const take = async (wish) => taken.push(wish) && { status: "dialled", sessionId: "s-1" };
  answerPassers({ takes, take, Channel });
  const [page] = Channel.pages;
  return { Channel, timers, taken, page, passer: createPasser({ timers, Channel, locks }) };
}

test("a number is passed to the console that has the phone, once, and to no other", async () => {
  const { Channel, passer, taken } = pages();
  const others = [];
  answerPassers({ takes: () => false, take: async (wish) => others.push(wish), Channel });
  const answer = await passer.pass(await passer.find(), { kind: "dial", number: "1" });
  assert.deepEqual(answer, { status: "dialled", sessionId: "s-1" });
  assert.deepEqual([taken, others], [[{ kind: "dial", number: "1" }], []]);
});

test("where no page has the phone nobody is asked, and nobody waited for", async () => {
  const { passer, Channel } = pages({ locks: NOBODY });
  Channel.prototype.postMessage = () => assert.fail("nobody is asked");
  assert.equal(await passer.find(), null);
  assert.deepEqual(await passer.pass(null, {}), { status: "silent" });
});

test("a console that is frozen, or where nobody has signed in, is passed by in a second", async () => {
  const { passer, page, timers, taken } = pages();
  page.isFrozen = true;
  const found = passer.find();
  await timers.turn(1000);
  assert.equal(await found, null);
  page.thaw(); // it answers now, and has been given nothing
  await settled();
  assert.deepEqual(taken, []);
  const nobody = pages({ takes: () => false });
  const none = nobody.passer.find();
  await nobody.timers.turn(1000);
  assert.equal(await none, null);
});

test("a console that is closed while it dials is told as unclear, and nothing is dialled again", async () => {
  const { passer, page, timers } = pages();
  const open = await passer.find();
  page.isFrozen = true;
  const answer = passer.pass(open, { kind: "dial" });
  await timers.turn(30_000);
  assert.deepEqual(await answer, { status: "silent" });
});

test("a telephone link is filled in in the open console; without one it is filled in here", async () => {
  const wishes = [];
  const open = { find: async () => "id", pass: async (to, wish) => wishes.push(wish) && { status: "shown" } };
  assert.equal(await isShownElsewhere("+13125550142", null, open), true);
  assert.deepEqual(wishes, [{ kind: "fill", number: "+13125550142", name: "" }]);
  assert.equal(await isShownElsewhere("1", null, { find: async () => null }), false);
  const silent = { find: async () => "id", pass: async () => ({ status: "silent" }) };
  assert.equal(await isShownElsewhere("1", null, silent), false);
});

/** The presses of a window beside a console that answers so. */
function window(answer, sessions) {
  const [asked, passed] = [[], []];
  const told = { "/auth/status": { isAuthenticated: true, id: ANN.id }, "/sessions/my": { sessions } };
  const presses = createDialPresses({
    ask: async (verb, path, body, key) => {
      asked.push([verb, path, key]);
      return told[path] ?? (path.endsWith("includeEnded=true") ? { members: [] } : session([agent()], { id: "s-1" }));
    },
    wait: async () => {}, changed: () => {}, say: createSay(dialTexts),
    passer: { find: async () => answer && "id", pass: async (to, wish) => passed.push(wish) && answer },
  });
  return { presses, passed, rung: () => asked.filter(([verb]) => verb === "POST") };
}
const WISH = { press: PRESS, number: "+13125550142", name: "Bea", session: "" };

test("the window has the open console dial under the press' own key, and follows what becomes of it", async () => {
  const beside = window({ status: "dialled", sessionId: "s-1" }, [session([customer(), agent()], { allowed: ["AddConferenceMember"] })]);
  await beside.presses.take(WISH);
  assert.deepEqual(beside.passed, [{ kind: "dial", press: PRESS, number: WISH.number, name: "Bea", sessionId: "s-1" }]);
  assert.deepEqual(beside.rung(), [], "the window itself rings nobody");
  const [one] = beside.presses.all();
  assert.deepEqual([one.isPassed, one.sessionId, beside.presses.isFollowing()], [true, "s-1", true]);
});

test("what the console refuses or leaves unclear is told, and dialled by nobody else", async () => {
  for (const [answer, status, sentence] of [
    [{ status: "refused", sentence: "No more people fit in." }, "refused", "Not dialled: No more people fit in."],
    [{ status: "silent" }, "failed", dialTexts.unknown],
  ]) {
    const beside = window(answer, []);
    await beside.presses.take(WISH);
    const [one] = beside.presses.all();
    assert.deepEqual([one.status, one.sentence, beside.rung()], [status, sentence, []]);
  }
});

test("without an open console the window dials by itself, under the same key", async () => {
  const alone = window(null, []);
  await alone.presses.take(WISH);
  assert.deepEqual([alone.passed, alone.rung()], [[], [["POST", "/calls", PRESS]]]);
});

test("a page of our own origin has no place to ask which call: the console is filled in", async () => {
  const calls = ["a", "b"].map((id) => session([customer(), agent()], { id, allowed: ["AddConferenceMember"] }));
  const beside = window({ status: "shown" }, calls);
  await beside.presses.take({ ...WISH, fills: true });
  assert.deepEqual(beside.passed, [{ kind: "fill", number: WISH.number, name: "Bea" }]);
  const [one] = beside.presses.all();
  assert.deepEqual([one.status, one.sentence], ["shown", dialTexts.chooseThere]);
});

/** The console's side of it, before a service that answers so. */
async function taking({ phone = {}, isRefused = false, known = [] } = {}) {
  const Channel = (globalThis.BroadcastChannel = browser());
  const [dialled, filled, byPhone] = [[], [], []];
  const timers = dial();
  const facts = { leads: true, isHere: false, isOn: false, callSid: null, ...phone };
  const desk = new Desk({ hear: () => {}, onSession: () => {}, timers, phone: facts });
  desk.set({ me: ANN });
  for (const one of known) desk.store.put(one);
  const requests = {
    dial: async (path, body, key) => {
      dialled.push([path, body.destination, key]);
      if (isRefused) throw { code: "ConferenceFull" };
      return session([customer(), agent(), bea()], { id: "s-9", version: 9 });
    },
  };
  const placed = (...asked) => byPhone.push(asked) && session([agent()], { id: "s-8" });
  const deeds = createDeeds({ desk, requests, say: createSay(texts), timers, phone: { dial: async (...asked) => placed(...asked) } });
  const { takeNumbers } = await import("../../../../evovoice/web/console/static/numbers_taken.js");
  const reading = { one: async () => {} };
  takeNumbers({ desk, deeds, reading, fill: (number) => filled.push(number), attend: () => {} });
  const passer = createPasser({ timers, Channel, locks: HELD });
  return { desk, dialled, filled, byPhone, pass: async (wish) => passer.pass(await passer.find(), wish), passer };
}
const ASKED = { kind: "dial", press: PRESS, number: "+13125550142", name: "Bea", sessionId: "" };

test("the console adds to the call that was meant, and shows it in front", async () => {
  const one = await taking({ known: [session([customer(), agent()], { id: "s-9" })] });
  assert.deepEqual(await one.pass({ ...ASKED, sessionId: "s-9" }), { status: "dialled", sessionId: "s-9" });
  assert.deepEqual(one.dialled, [["/sessions/s-9/conference/members", ASKED.number, PRESS]]);
  assert.equal(one.desk.front().id, "s-9");
  const unknown = await one.pass({ ...ASKED, sessionId: "s-0" });
  assert.deepEqual([unknown.status, one.dialled.length], ["refused", 1]);
});

test("a new call is placed by the phone in the console, or by the device that is on", async () => {
  const ready = await taking({ phone: { isHere: true, isOn: true } });
  assert.equal((await ready.pass(ASKED)).sessionId, "s-8");
  assert.deepEqual([ready.byPhone, ready.dialled], [[[ASKED.number, undefined, PRESS]], []]);
  const off = await taking({ phone: { isHere: true, isOn: false } });
  assert.equal((await off.pass(ASKED)).sessionId, "s-9");
  assert.deepEqual([off.byPhone, off.dialled], [[], [["/calls", ASKED.number, PRESS]]]);
});

test("a refusal is told in the console's words, and a number alone is filled in", async () => {
  const full = await taking({ isRefused: true });
  assert.deepEqual(await full.pass(ASKED), { status: "refused", sentence: "No more people fit in." });
  const filled = await taking();
  assert.deepEqual(await filled.pass({ kind: "fill", number: "1", name: "" }), { status: "shown" });
  assert.deepEqual([filled.filled, filled.dialled], [["1"], []]);
});

test("a console where nobody has signed in, or whose phone is in another tab, takes nothing", async () => {
  const elsewhere = await taking({ phone: { leads: false } });
  const asked = { ...createPasser({ timers: { set: (run) => setImmediate(run), clear: () => {} }, locks: HELD }) };
  assert.equal(await asked.find(), null);
  elsewhere.desk.set({ phone: { ...elsewhere.desk.phone, leads: true }, me: null });
  assert.equal(await asked.find(), null);
});
