import assert from "node:assert/strict";
import { test } from "node:test";

import { createDeeds } from "../../../../evovoice/web/console/static/deeds.js";
import { Desk } from "../../../../evovoice/web/console/static/desk.js";
import { huntOf, isListenedTo, laterOf } from "../../../../evovoice/web/console/static/hunts.js";
import { peopleOf } from "../../../../evovoice/web/console/static/people.js";
import { createSay } from "../../../../evovoice/web/console/static/say.js";
import { partyState } from "../../../../evovoice/web/console/static/standing.js";
import { texts } from "../../../../evovoice/web/console/static/texts/console_en.js";
import { agent, ANN, customer, dial, member, session } from "./calls.mjs";

const say = createSay(texts);
const user = (id, name) => ({ id, name, agentState: "Ready", onCall: false });
const number = (destination, name, more = {}) => ({ destination, name, ...more });
const found = (directory) => peopleOf({ users: [], favorites: [], recent: [], ...directory }, say);
const places = (people) => people.map((one) => [one.name, one.places]);

test("a colleague is their devices, then the numbers that the agent keeps under their name", () => {
  const people = found({
    users: [user("u-bea", "Bea"), user("u-bob", "Bob")],
    favorites: [number("+13125550142", "bea"), number("+13125550147", "Bea"), number("+12025550199", "Taxi")],
    recent: [number("client:bea", "Bea", { userId: "u-bea" }), number("+13125550142", "+13125550142"), number("+1", "+1")],
  });
  assert.deepEqual(places(people), [
    ["Bea", ["u-bea", "+13125550142", "+13125550147"]], ["Bob", ["u-bob"]], ["Taxi", ["+12025550199"]], ["+1", ["+1"]],
  ]);
  assert.equal(people[0].more, "Ready · then +13125550142, +13125550147");
});

test("two people of one name are never one, and whose number it is is not guessed", () => {
  const people = found({ users: [user("u-1", "Bea"), user("u-2", "Bea")], favorites: [number("+13125550142", "Bea")] });
  assert.deepEqual(places(people), [["Bea", ["u-1"]], ["Bea", ["u-2"]], ["Bea", ["+13125550142"]]]);
});

test("numbers of nobody's that the agent keeps under one name are one person", () => {
  const [home] = found({ favorites: [number("+1", "Doctor"), number("+2", "Doctor")] });
  assert.deepEqual([home.destination, home.places, home.more], ["+1", ["+1", "+2"], "Favorite · then +2"]);
});

/** What a press asks of the service. */
async function asked(kind, wanted) {
  const sent = [];
  const timers = dial();
  const desk = new Desk({ hear: () => {}, onSession: () => {}, timers, phone: { isHere: false, callSid: null } });
  desk.set({ me: ANN });
  const requests = { dial: async (path, body) => sent.push([path, body]) && session([agent()]) };
  await createDeeds({ desk, requests, say, timers, phone: null }).dial(kind, session([customer(), agent()]), wanted);
  return sent[0];
}

test("an add rings all the places in turn, of people alone where that is ticked", async () => {
  const wanted = { destination: "u-bea", name: "Bea", places: ["u-bea", "+1"], fromNumber: undefined, humanOnly: true };
  const members = "/sessions/s-1/conference/members";
  assert.deepEqual(await asked("add", wanted), [members, { destinations: ["u-bea", "+1"], humanOnly: true }]);
  const one = { destination: "+1", name: "", places: ["+1"], fromNumber: "+2", humanOnly: false };
  assert.deepEqual(await asked("add", one), [members, { destination: "+1", fromNumber: "+2" }]);
  assert.deepEqual(await asked("consult", wanted), ["/sessions/s-1/transfers", { destination: "u-bea" }]);
  assert.deepEqual(await asked("call", wanted), ["/calls", { destination: "u-bea" }]);
});

const hunted = (id, state, more) =>
  member(id, { callState: state, applicationData: { huntId: "h", huntState: "Ringing", attempt: "2", attempts: "3", remaining: "1", ...more } });

test("who is one of several says which, and why those before were not reached", () => {
  const failed = "+1 (202) x: 17: busy; Bea: noAnswer";
  assert.deepEqual(huntOf(hunted("x", "Ringing", { failed })), {
    attempt: 2, attempts: 3, tried: [{ name: "+1 (202) x: 17", code: "busy" }, { name: "Bea", code: "noAnswer" }],
  });
  assert.equal(huntOf(hunted("x", "Ringing", { attempts: "1" })), null, "one destination, of people alone");
  assert.equal(huntOf(member("x")), null);
});

test("until it is known whether a person has answered, that is said", () => {
  const call = session([customer(), agent(), hunted("x", "Connected")]);
  assert.equal(partyState(call.members[2], call, ANN).key, "party.listenedTo");
  assert.ok(!isListenedTo(hunted("x", "Connected", { huntState: "Reached" })));
  assert.ok(!isListenedTo(hunted("x", "Ringing")));
});

test("who was not reached says whether the next number rings or another has answered", () => {
  const gone = hunted("a", "None");
  const members = (one) => [customer(), agent(), one];
  assert.equal(laterOf(gone, members(hunted("b", "Ringing"))), "rings");
  assert.equal(laterOf(gone, members(hunted("b", "Connected"))), "reached");
  assert.equal(laterOf(gone, members(hunted("b", "Ringing", { huntId: "other" }))), "");
  assert.equal(laterOf(member("a"), members(member("b", { callState: "Ringing" }))), "");
});
