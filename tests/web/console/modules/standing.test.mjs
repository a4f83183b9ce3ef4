import assert from "node:assert/strict";
import { test } from "node:test";

import { actions } from "../../../../evovoice/web/console/static/actions.js";
import { consultation } from "../../../../evovoice/web/console/static/consulting.js";
import { createSay } from "../../../../evovoice/web/console/static/say.js";
import { noteOf, partyState, stateOf, waitsSince } from "../../../../evovoice/web/console/static/standing.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, bea, customer, EVE, member, RIGHTS, session } from "./calls.mjs";

const ADD = ["AddConferenceMember"];
const held = { callState: "Hold" };
const ringing = { callState: "Ringing" };
const passive = (members, more = {}) => session(members, { callState: "Passive", wasMine: true, ...more });
const say = createSay(texts);
const row = (call, index = 0, me = ANN) => {
  const { key, ...more } = partyState(call.members[index], call, me);
  return [say(key, more), more.waits];
};
const note = (call, me = ANN) => {
  const found = noteOf(call, me);
  return found && say(found.key, found);
};

test("a customer whose agent was cut off waits for that agent, and does not talk", () => {
  for (const state of [{}, held]) {
    const call = passive([customer(state)], { allowed: ADD });
    assert.deepEqual(row(call), ["waits for you", true]);
    assert.equal(stateOf(call, ANN), "waiting");
    assert.equal(note(call), "Your call with cust was cut off. They wait with music.");
  }
});

test("while the agent's device rings to take the call back, the customer still waits", () => {
  const call = passive([customer(held), agent(ringing)]);
  assert.deepEqual([row(call)[0], stateOf(call, ANN)], ["waits for you", "waiting"]);
});

test("before an answer has told what is allowed, nobody is said to wait for the agent", () => {
  const call = passive([customer()]);
  assert.deepEqual([row(call), stateOf(call, ANN)], [["waits: nobody else is in the call", true], "waits"]);
  assert.equal(note(call), "You have left. cust waits: nobody else is in the call.");
});

test("who was cut off from people who talk on may come back, and is not said to have left", () => {
  const talks = passive([customer(), bea()], { allowed: ADD, callState: "Connected" });
  assert.deepEqual([row(talks)[0], stateOf(talks, ANN)], ["talking", "Passive"]);
  assert.equal(note(talks), "Your phone was cut off. The others talk on.");
  assert.equal(note({ ...talks, allowed: [] }), "You have left. The others talk on.");
});

test("a customer who was left while a colleague rings waits for them", () => {
  const call = passive([customer(), bea(ringing)], { allowed: [] });
  assert.deepEqual(row(call), ["waits. Being called: bea", true]);
  assert.equal(row(call, 1)[0], "ringing");
  assert.equal(stateOf(call, ANN), "waits");
  assert.equal(note(call), "You have left. cust waits. Being called: bea.");
});

test("an agent whose customer has hung up is alone, and hears who is being called", () => {
  const alone = session([agent()]);
  assert.deepEqual([row(alone), stateOf(alone, ANN)], [["nobody else is in the call", true], "alone"]);
  assert.equal(note(alone), "Nobody else is in the call.");
  const calling = session([agent(), bea({ callState: "None" })]);
  assert.equal(row(calling)[0], "waits. Being called: bea");
  assert.equal(note(calling), "Nobody else is in the call. Being called: bea.");
});

test("who is on hold is so while one of us is there to end it; else they wait", () => {
  const here = session([customer(held), agent(), bea()]);
  assert.deepEqual([row(here), row(here, 1)], [["on hold", false], ["talking", false]]);
  const forsaken = passive([customer(held), member("x", held)], { allowed: [] });
  assert.deepEqual(row(forsaken), ["everybody else is on hold", true]);
  assert.equal(note(forsaken), "You have left. cust, x wait on hold: nobody of us is in the call.");
  assert.deepEqual(row(passive([customer(held)]))[0], "waits: nobody else is in the call");
});

test("who has put everybody on hold talks with nobody", () => {
  const call = session([customer(held), agent(), bea(held)], { callState: "Hold" });
  assert.deepEqual(row(call, 1), ["everybody else is on hold", true]);
  assert.equal(stateOf(call, ANN), "Hold");
});

test("who only listens is no company", () => {
  const eve = member("eve", { endpointId: EVE.id, applicationData: { supervising: "monitor" } });
  const call = session([agent(), eve]);
  assert.deepEqual([row(call)[0], row(call, 1)[0]], ["nobody else is in the call", "listens"]);
  const lost = session([customer(), eve], { callState: "Passive", allowed: ADD });
  assert.equal(row(lost, 0, EVE)[0], "waits: nobody else is in the call", "a manager may always add");
});

test("somebody waits since the last one left, or a device was lost", () => {
  const line = (type, date, data) => ({ type, date, data });
  const lines = [
    line("MemberAnswered", "1"), line("MemberLeft", "2"), line("CarrierReport", "3", { cause: "device-lost" }),
    line("CarrierReport", "4"),
  ];
  assert.deepEqual([waitsSince(lines), waitsSince(lines.slice(0, 2)), waitsSince([])], ["3", "2", undefined]);
});

test("every call of two and three has a text for its state and for each party", () => {
  const states = ["None", "Ringing", "Connected", "Hold"];
  for (const me of [ANN, EVE]) for (const one of states) for (const own of states) for (const other of states)
    for (const callState of ["Ringing", "Connected", "Hold", "Passive"]) for (const allowed of [undefined, [], ADD]) {
      const call = session([customer({ callState: one }), agent({ callState: own }), bea({ callState: other })], { callState, allowed });
      assert.ok(`state.${stateOf(call, me)}` in texts, stateOf(call, me));
      const found = noteOf(call, me);
      assert.ok(found === null || found.key in texts, found?.key);
      for (const each of call.members) assert.ok(partyState(each, call, me).key in texts);
    }
});

test("a consultation is told to each as it is for them, and to nobody who has handed over", () => {
  const transfer = { id: "t", state: "Consulting", userId: ANN.id, memberId: "m-bea" };
  const call = session([customer(held), agent(), bea()], { transfer });
  const told = (me, one = call) => {
    const found = consultation(one, me);
    return found && say(found.key, { others: say("consult.isOn", found), name: found.name });
  };
  assert.equal(told(ANN), "cust is on hold. You talk with bea.");
  assert.equal(told({ id: "u-bea", oversees: false }), "cust is on hold. ann consults you.");
  const swapped = { ...call, transfer: { ...transfer, state: "Swapped" } };
  assert.equal(told({ id: "u-bea", oversees: false }, swapped), "You are on hold. ann talks with the others.");
  const left = passive([customer(), bea(ringing)], { transfer: { ...transfer, state: "Dialing" }, allowed: ["CompleteTransfer"] });
  assert.equal(consultation(left, ANN), null);
  assert.equal(actions({ session: left, me: ANN, rights: RIGHTS }).handOver.shown, false);
  assert.equal(consultation({ ...call, ended: true }, ANN), null);
});
