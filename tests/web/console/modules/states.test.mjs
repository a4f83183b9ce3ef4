/** Each row of the table of states in the reference: what is shown, what can be pressed, and why not. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { actions } from "../../../../evovoice/web/console/static/actions.js";
import { createDeeds } from "../../../../evovoice/web/console/static/deeds.js";
import { Desk } from "../../../../evovoice/web/console/static/desk.js";
import { createSay } from "../../../../evovoice/web/console/static/say.js";
import { partyState, stateOf } from "../../../../evovoice/web/console/static/standing.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, bea, customer, dial, member, RIGHTS, session, settled } from "./calls.mjs";

const say = createSay(texts);
const PHONE = { callSid: "CAann", isMuted: false, ringing: null };
const of = (call, more = {}) => actions({ session: call, me: ANN, rights: RIGHTS, ...more });
const can = (button) => [button.shown && button.allowed, button.reason && say(button.reason, { name: "bea" })];
const held = { callState: "Hold" };
const ringing = { callState: "Ringing" };

test("rings for me: answer, decline, silence; adding has to wait", () => {
  const call = session([customer(ringing), agent(ringing)], { callState: "Ringing" });
  const now = of(call, { phone: { callSid: null, isMuted: false, ringing: "CAann" } });
  for (const deed of ["answer", "decline", "silence"]) assert.deepEqual(can(now[deed]), [true, ""], deed);
  const silenced = { callSid: null, isMuted: false, ringing: "CAann", isSilenced: true };
  assert.deepEqual([of(call, { phone: silenced }).silence.shown, of(call).silence.shown], [false, false]);
  assert.deepEqual(can(now.add), [false, "Answer first."]);
  assert.equal(stateOf(call, ANN), "Ringing");
});

test("two talk: everything can be done", () => {
  const now = of(session([customer(), agent()]), { phone: PHONE });
  for (const deed of ["mute", "hold", "keypad", "add", "consult", "leave"]) assert.deepEqual(can(now[deed]), [true, ""], deed);
});

test("adding and ringing: the new party can be cancelled alone, all else goes on", () => {
  for (const state of ["None", "Ringing"]) {
    const call = session([customer(), agent(), bea({ callState: state })]);
    const now = of(call, { phone: PHONE });
    const { hold, mute, remove } = now.members["m-bea"];
    assert.deepEqual([can(hold), can(mute)], [[false, "bea has not answered."], [false, "bea has not answered."]]);
    assert.deepEqual([can(remove), remove.label], [[true, ""], "do.cancel"]);
    for (const deed of ["mute", "hold", "keypad", "add", "leave"]) assert.ok(now[deed].allowed, deed);
    assert.equal(say(partyState(call.members[2], call, ANN).key), state === "None" ? "calling…" : "ringing");
  }
});

test("three are being called: a fourth has to wait, and says why", () => {
  const rung = ["x", "y", "z"].map((id) => member(id, ringing));
  const now = of(session([customer(), agent(), ...rung]));
  assert.deepEqual(can(now.add), [false, "Three people are being called already."]);
  assert.deepEqual(can(now.consult), [false, "Three people are being called already."]);
  assert.ok(of(session([customer(), agent(), ...rung.slice(1)])).add.allowed);
});

test("three or more: each row has its own buttons; leave and end for all are two", () => {
  const now = of(session([customer(), agent(), bea(held)]));
  for (const id of ["m-cust", "m-bea"])
    for (const deed of ["hold", "mute", "remove"]) assert.deepEqual(can(now.members[id][deed]), [true, ""]);
  assert.equal(now.members["m-bea"].hold.pressed, true);
  assert.deepEqual([now.leave.label, can(now.leave), can(now.endAll)], ["do.leave", [true, ""], [true, ""]]);
  assert.ok(!now.members["m-ann"].remove.shown, "one's own row has no Remove: Leave is there");
});

test("a consultation: all talk, hand over, back; another may be added", () => {
  const transfer = { id: "t-1", state: "Consulting", userId: ANN.id, memberId: "m-bea" };
  const now = of(session([customer(held), agent(), bea()], { transfer }));
  for (const deed of ["allTalk", "handOver", "back", "add"]) assert.deepEqual(can(now[deed]), [true, ""], deed);
});

/** A desk whose service answers once that is asked for. */
function asking() {
  const timers = dial();
  let answer = null;
  const answered = new Promise((done) => (answer = done));
  const desk = new Desk({ hear: () => {}, onSession: () => {}, timers, phone: { callSid: null, isHere: false } });
  desk.set({ me: ANN, rights: RIGHTS });
  const call = session([customer(), agent(), bea()]);
  desk.store.put(call);
  const requests = { patch: () => answered, dial: () => answered };
  return { desk, timers, call, answer, deeds: createDeeds({ desk, requests, say, timers, phone: null }) };
}

test("a wish is said in its row alone, and after ten seconds that it is not confirmed", async () => {
  const { desk, timers, call, deeds } = asking();
  deeds.party.hold(call, "m-bea", { pressed: false });
  const buttons = () => desk.actionsOf(call).members;
  const { hold } = buttons()["m-bea"];
  assert.deepEqual([say(hold.wish), can(hold)], ["Holding…", [false, "Being done."]]);
  assert.ok(buttons()["m-bea"].mute.allowed && buttons()["m-cust"].hold.allowed);
  await timers.turn(10_000);
  const wish = desk.wishesOf(call.id).get("hold m-bea");
  assert.deepEqual([say(wish.text), can(buttons()["m-bea"].hold)], ["Not confirmed. Try again.", [true, ""]]);
  desk.store.put({ ...call, version: 2, members: [customer(), agent(), bea(held)] });
  assert.equal(desk.wishesOf(call.id).size, 0, "a confirmation that comes late is one");
});

test("an add without an answer is told after ten seconds, and cannot be pressed again meanwhile", async () => {
  const { desk, timers, call, answer, deeds } = asking();
  const done = deeds.dial("add", call, { destination: "+1", name: "Max" });
  assert.equal(desk.dialling, "Adding Max…");
  await timers.turn(10_000);
  assert.equal(desk.dialling, "Adding Max… Not confirmed yet: it is tried again, and nobody is rung twice.");
  answer(session([customer(), agent(), bea(), member("max", ringing)], { version: 3 }));
  await done;
  await timers.turn(20_000);
  assert.equal(desk.dialling, "");
});

test("I am muted: one press unmutes, here and at the service", async () => {
  const call = session([customer(), agent({ muted: true })]);
  assert.equal(of(call, { phone: { ...PHONE, isMuted: true } }).mute.pressed, true);
  const timers = dial();
  const [here, there] = [[], []];
  const desk = new Desk({ hear: () => {}, onSession: () => {}, timers, phone: { ...PHONE, isMuted: true } });
  desk.set({ me: ANN });
  const requests = { patch: async (path, body) => there.push(body) && null };
  createDeeds({ desk, requests, say, timers, phone: { setMuted: (yes) => here.push(yes) } }).call.mute(call, { pressed: true });
  await settled();
  assert.deepEqual([here, there], [[false], [{ muted: false }]]);
});

test("without sound here and without the service's keys there is no keypad, all else of the service is", () => {
  const now = of(session([customer(), agent()]));
  assert.ok(!now.keypad.shown);
  for (const deed of ["hold", "add", "leave"]) assert.ok(now[deed].allowed, deed);
});

test("others talk, I have left: nothing can be done, and that is said", () => {
  const call = session([customer(), bea()], { callState: "Passive", wasMine: true, allowed: ["PatchSession"] });
  const now = of(call);
  assert.equal(say(`state.${stateOf(call, ANN)}`), "Others talk");
  assert.deepEqual([can(now.hold), can(now.add)], [[false, "You are not in the call."], [false, "You are not in the call."]]);
});

test("ended: the buttons of the call are gone, its notes are not", () => {
  const now = of(session([customer(), agent()], { ended: true, callState: "Disconnected" }));
  const { note, members, ...rest } = now;
  assert.deepEqual([note.allowed, Object.values(rest).some((one) => one.shown)], [true, false]);
  assert.ok(Object.values(members).every(({ hold, mute, remove }) => !hold.shown && !mute.shown && !remove.shown));
});

test("an ended call stays in front for a minute, for its notes", async () => {
  const { desk, timers, call } = asking();
  desk.store.put({ ...call, version: 2, ended: true, callState: "Disconnected" });
  await timers.turn(59_000);
  assert.equal(desk.front()?.id, call.id);
  await timers.turn(2_000);
  assert.equal(desk.front(), null);
});
