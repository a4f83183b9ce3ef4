import assert from "node:assert/strict";
import { test } from "node:test";

import { actions, goesOnWithout } from "../../../../evovoice/web/console/static/actions.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, bea, customer, EVE, member, RIGHTS, session } from "./calls.mjs";

const of = (call, more = {}) => actions({ session: call, me: ANN, rights: RIGHTS, ...more });

test("while it rings for me, it can be declined, and nobody can be added", () => {
  const call = session([customer({ callState: "Ringing" }), agent({ callState: "Ringing" })], {
    callState: "Ringing",
  });
  const now = of(call);
  assert.equal(now.decline.allowed, true);
  assert.equal(now.answer.shown, false, "no phone in this page");
  assert.deepEqual([now.add.allowed, now.add.reason], [false, "why.answerFirst"]);
  assert.equal(now.leave.shown, false);
});

test("in a call of two everything can be done, and hanging up is called so", () => {
  const now = of(session([customer(), agent()]));
  for (const deed of ["mute", "hold", "add", "consult", "leave"]) {
    assert.equal(now[deed].allowed, true, deed);
  }
  assert.equal(now.leave.label, "do.hangUp");
  assert.equal(now.endAll.shown, false);
  assert.equal(now.keypad.shown, false, "the service sends no digits and there is no phone here");
});

test("who has not answered is neither held nor muted, and can be cancelled", () => {
  const now = of(session([customer(), agent(), bea({ callState: "Ringing" })]));
  const buttons = now.members["m-bea"];
  assert.deepEqual([buttons.hold.allowed, buttons.hold.reason], [false, "why.partyNotAnswered"]);
  assert.deepEqual([buttons.remove.allowed, buttons.remove.label], [true, "do.cancel"]);
  assert.equal(now.leave.label, "do.leave", "the customer waits for Bea (E4)");
});

test("with three who talk each has buttons of their own, and one's own row has none", () => {
  const now = of(session([customer({ callState: "Hold" }), agent(), bea({ muted: true })]));
  assert.equal(now.members["m-cust"].hold.pressed, true);
  assert.equal(now.members["m-bea"].mute.pressed, true);
  assert.equal(now.members["m-ann"].remove.shown, false);
  assert.equal(now.endAll.allowed, true);
});

test("a fourth is not called while three are", () => {
  const rung = ["x", "y", "z"].map((id) => member(id, { callState: "None" }));
  const now = of(session([customer(), agent(), ...rung]));
  assert.equal(now.add.reason, "why.threeCalled");
});

test("hold all is pressed once everybody else is on hold", () => {
  const held = { callState: "Hold" };
  assert.equal(of(session([customer(held), agent()])).hold.pressed, true);
  assert.equal(of(session([customer(held), agent(), bea()])).hold.pressed, false);
});

test("a consultation has its own ends, and hold all waits for them", () => {
  const transfer = { id: "t-1", state: "Consulting", userId: ANN.id, memberId: "m-bea" };
  const now = of(session([customer({ callState: "Hold" }), agent(), bea()], { transfer }));
  for (const deed of ["allTalk", "handOver", "back", "swap"]) assert.equal(now[deed].allowed, true);
  assert.deepEqual([now.hold.allowed, now.hold.reason], [false, "why.consulting"]);
  assert.equal(now.consult.reason, "why.consulting");
});

test("while the consulted still rings, one may go back or hand over, not join", () => {
  const transfer = { id: "t-1", state: "Dialing", userId: ANN.id, memberId: "m-bea" };
  const ringing = bea({ callState: "Ringing" });
  const now = of(session([customer({ callState: "Hold" }), agent(), ringing], { transfer }));
  assert.deepEqual([true, true], [now.back.allowed, now.handOver.allowed]);
  assert.deepEqual([false, "why.consultedRings"], [now.allTalk.allowed, now.allTalk.reason]);
});

test("who has left can do nothing to those who talk on but write notes", () => {
  const now = of(session([customer(), bea()], { callState: "Passive", wasMine: true }));
  assert.equal(now.note.allowed, true);
  assert.deepEqual([false, "why.notInCall"], [now.hold.allowed, now.hold.reason]);
  assert.equal(now.leave.shown, false);
});

test("who was lost can take the call back, where an answer says so", () => {
  const waits = session([customer({ callState: "Hold" })], { allowed: ["AddConferenceMember"] });
  assert.equal(of(waits).comeBack.shown, true);
  assert.equal(of(session([customer(), bea()], { wasMine: true })).comeBack.shown, false);
});

test("once it has ended only notes are left", () => {
  const now = of(session([customer(), agent()], { ended: true, callState: "Disconnected" }));
  const shown = Object.entries(now).filter(([, button]) => button.shown).map(([deed]) => deed);
  assert.deepEqual(shown, ["note"]);
});

test("what is asked for is not asked for twice, and the other rows go on", () => {
  const wishes = new Map([["hold m-cust", { state: "open", text: "wish.hold" }]]);
  const now = of(session([customer(), agent(), bea()]), { wishes });
  const { hold } = now.members["m-cust"];
  assert.deepEqual([hold.allowed, hold.reason, hold.wish], [false, "why.beingDone", "wish.hold"]);
  assert.equal(now.members["m-bea"].hold.allowed, true);
});

test("one's own mute is of this page where the phone is, and of the service elsewhere", () => {
  const call = session([customer(), agent()], { allowed: ["LeaveConference"] });
  const phone = { callSid: "CAann", isMuted: true, ringing: null };
  assert.deepEqual([true, true], [of(call, { phone }).mute.allowed, of(call, { phone }).mute.pressed]);
  assert.equal(of(call).mute.allowed, false);
});

test("a call that nobody has answered yet is hung up as a whole", () => {
  const placed = session([customer({ callState: "Ringing" }), agent()], {
    callState: "Ringing", direction: "Outgoing", createdBy: ANN.id,
  });
  const { leave } = of(placed);
  assert.deepEqual([leave.allowed, leave.operation, leave.label], [true, "EndSession", "do.hangUp"]);
});

test("whether the others go on follows the end policy (contract 4.4)", () => {
  const goesOn = (endPolicy, up, pending = []) =>
    goesOnWithout({ session: { endPolicy }, up, pending });
  assert.equal(goesOn("two_left", [customer()]), false);
  assert.equal(goesOn("two_left", [customer()], [bea()]), true);
  assert.equal(goesOn("last_agent", [customer(), member("x")]), false);
  assert.equal(goesOn("last_agent", [customer(), bea()]), true);
  assert.equal(goesOn("last_customer", [customer()]), true);
  assert.equal(goesOn("nobody", [bea()]), true);
});

test("every state and role has an answer, and every reason is a text", () => {
  const states = ["None", "Ringing", "Connected", "Hold"];
  const calls = ["Ringing", "Connected", "Hold", "Passive", "Disconnected"];
  const transfers = [undefined, ..."Dialing Consulting Swapped Returning Completed".split(" ")];
  for (const me of [ANN, EVE]) for (const callState of calls) for (const own of states)
    for (const other of states) for (const state of transfers) {
      const members = [customer({ callState: other }), agent({ callState: own }), bea()];
      const transfer = state && { id: "t", state, userId: ANN.id, memberId: "m-bea" };
      const ended = callState === "Disconnected";
      const now = of(session(members, { callState, transfer, ended }), { me });
      const { members: rows, ...buttons } = now;
      const all = [...Object.values(buttons), ...Object.values(rows).flatMap(Object.values)];
      for (const one of all.filter((each) => each.shown)) {
        assert.equal(one.allowed, one.reason === "", JSON.stringify(one));
        if (one.reason) assert.ok(one.reason in texts, one.reason);
      }
    }
});

test("keys go by the service where it sends them, once somebody has answered", () => {
  const rights = new Map([...RIGHTS, ["SendDigits", { operation: "SendDigits", userPart: "Answered", overseerPart: "None", when: "Live" }]]);
  assert.equal(of(session([customer(), agent()]), { rights }).keypad.allowed, true);
  const rung = session([customer({ callState: "Ringing" }), agent()], { callState: "Ringing" });
  assert.equal(of(rung, { rights }).keypad.allowed, false);
});
