// Dial buttons of other pages: what a number is, who is heard, and what a press comes to.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused } from "../../../../evovoice/web/console/static/api.js";
import { takeBrought } from "../../../../evovoice/web/console/static/brought.js";
import { createGate } from "../../../../evovoice/web/console/static/dial/gate.js";
import { createLink } from "../../../../evovoice/web/console/static/dial/link.js";
import { isFrom, message } from "../../../../evovoice/web/console/static/dial/messages.js";
import { newId } from "../../../../evovoice/web/console/static/new_id.js";
import { ofLink, wanted } from "../../../../evovoice/web/console/static/dial/number.js";
import { createDialPresses } from "../../../../evovoice/web/console/static/dial/presses.js";
import { partyOf, placeFor, stateOf } from "../../../../evovoice/web/console/static/dial/status.js";
import { createSay } from "../../../../evovoice/web/console/static/say.js";
import { dialTexts } from "../../../../evovoice/web/console/static/texts/dial_en.js";

const OURS = "https://voice.example.com";
const THEIRS = "https://crm.example.com";
const NONCE = "0".repeat(32);
const PRESS = "1".repeat(32);
const ANN = { id: "ann" };
const WISH = { number: "+12025550123", name: "Bea", session: "" };

test("telephone links become numbers as people type them", () => {
  const links = {
    "tel:+12025550123": "+12025550123", "TEL:+1-202-555-0123;ext=17": "+1-202-555-0123 x17",
    "tel:%2B12025550123": "+12025550123", "tel:555-0123;phone-context=+1202": "+1202555-0123",
    "tel:": "", "tel:javascript:alert(1)": "", "sip:a@b": "", "mailto:x": "", "tel:%E0%A4%A": "", "tel:*#": "",
  };
  for (const [link, number] of Object.entries(links)) assert.equal(ofLink(link), number, link);
});

test("attributes that are wrong have a name for what is wrong", () => {
  const flaws = [
    [{}, "noNumber"], [{ number: "  " }, "noNumber"], [{ number: "Bea" }, "badNumber"],
    [{ number: "sip:a@b" }, "badNumber"], [{ number: "tel:x" }, "badNumber"], [{ number: "()" }, "badNumber"],
    [{ number: "1".repeat(40) }, "badNumber"], [{ number: "+12025550123", session: "a/../b" }, "badSession"],
  ];
  for (const [asked, flaw] of flaws) assert.deepEqual(wanted(asked), { flaw });
  for (const { 1: flaw } of flaws) assert.ok(flaw in dialTexts);
  const long = wanted({ number: " (202) 555-0123 x17 ", name: "B".repeat(999), session: "s-1" });
  assert.deepEqual([long.number, long.name.length, long.session], ["(202) 555-0123 x17", 100, "s-1"]);
});

test("a link fills the console in once, and leaves the address", () => {
  const shown = [];
  const page = (search) => ({
    location: { search, pathname: "/", hash: "" }, history: { replaceState: (...all) => shown.push(all[2]) },
  });
  assert.equal(takeBrought(page("?dial=tel%3A%2B12025550123")), "+12025550123");
  assert.equal(takeBrought(page("?dial=javascript:1")), "");
  assert.deepEqual(shown, ["/", "/"]);
  assert.equal(takeBrought(page("")), "");
  assert.equal(shown.length, 2);
});

test("a message counts from that window, that origin, with that nonce and version alone", () => {
  const source = {};
  const data = message("ready", NONCE);
  const expected = { source, origin: OURS, nonce: NONCE };
  assert.ok(isFrom({ source, origin: OURS, data }, expected));
  const wrong = [
    { source: {} }, { origin: THEIRS }, { origin: `${OURS}.evil.test` }, { origin: "null" }, { data: null },
    { data: { ...data, nonce: PRESS } }, { data: { ...data, evovoice: 2 } }, { data: "ready" },
  ];
  for (const one of wrong) assert.ok(!isFrom({ source, origin: OURS, data, ...one }, expected));
  const none = { source, origin: OURS, data: message("ready", undefined) };
  assert.ok(!isFrom(none, { source, origin: OURS, nonce: undefined }));
  assert.match(newId(), /^[0-9a-f]{32}$/);
});

/** A page with buttons, its window, and the timers of both. */
function buttons({ isBlocked = false } = {}) {
  const opened = [], sent = [], told = [], late = [];
  let hear = null, look = null, ids = 0;
  const popup = { closed: false, focus: () => {}, postMessage: (data, to) => sent.push({ data, to }) };
  const link = createLink({
    origin: OURS,
    page: {
      origin: THEIRS, onMessage: (listen) => (hear = listen),
      open: (url) => opened.push(url) && (isBlocked ? null : popup),
    },
    timers: { set: (run) => late.push(run), every: (run) => (look = run), clear: () => (look = null) },
    newKey: () => String((ids += 1)).padStart(32, "0"),
  });
  const nonce = () => opened.at(-1).split("#")[1];
  const say = (type, facts, more = {}) =>
    hear({ source: popup, origin: OURS, data: message(type, nonce(), facts), ...more });
  return {
    link, opened, sent, popup, say, late, look: () => look?.(), statuses: () => told.map((one) => one.status),
    press: () => link.press(WISH, (news) => told.push(news)),
  };
}

test("a press is sent once, to the service's origin alone, when the window is ready", () => {
  const page = buttons();
  page.press();
  assert.equal(page.opened[0].split("#")[0], `${OURS}/dial?from=https%3A%2F%2Fcrm.example.com`);
  assert.deepEqual(page.sent, []);
  page.say("ready", {}, { origin: THEIRS });
  page.say("ready", {}, { source: {} });
  assert.deepEqual(page.sent, []);
  page.say("ready");
  const { data, to } = page.sent[0];
  assert.deepEqual([to, data.type, data.number], [OURS, "dial", WISH.number]);
  page.say("status", { press: data.press, status: "ringing" });
  page.say("status", { press: data.press, status: "busy" }, { origin: THEIRS });
  assert.deepEqual(page.statuses(), ["opening", "ringing"]);
  page.say("ready"); // loaded again: it follows nothing, and is sent nothing twice
  assert.deepEqual(page.statuses(), ["opening", "ringing", "closed"]);
  assert.equal(page.sent.length, 1);
  page.press();
  assert.deepEqual([page.opened.length, page.sent.length], [1, 2]);
  assert.notEqual(page.sent[1].data.press, data.press);
});

test("a window that is blocked, silent or closed says so, and the button can be pressed again", () => {
  const blocked = buttons({ isBlocked: true });
  blocked.press();
  assert.deepEqual([blocked.statuses(), blocked.sent], [["blocked"], []]);
  const silent = buttons();
  silent.press();
  silent.late[0]();
  silent.say("ready"); // too late
  assert.deepEqual([silent.statuses(), silent.sent], [["opening", "silent"], []]);
  silent.press();
  assert.equal(silent.opened.length, 2);
  const closed = buttons();
  closed.press();
  closed.say("ready");
  closed.popup.closed = true;
  closed.look();
  assert.deepEqual(closed.statuses(), ["opening", "closed"]);
});

test("our window hears each press once, of the page that opened it and is allowed", () => {
  const sent = [], wishes = [];
  const opener = { closed: false, postMessage: (data, to) => sent.push({ data, to }) };
  let hear = null;
  const gate = (facts) => createGate({
    opener, origin: THEIRS, nonce: NONCE, onMessage: (listen) => (hear = listen),
    hear: (wish) => wishes.push(wish.press), ...facts,
  });
  const dial = { source: opener, origin: THEIRS, data: message("dial", NONCE, { press: PRESS, ...WISH }) };
  for (const closed of [{ origin: "" }, { opener: null }, { nonce: "" }]) {
    assert.ok(!gate(closed).isOpen);
    hear(dial);
  }
  assert.deepEqual([sent, wishes], [[], []]);
  const open = gate({});
  assert.deepEqual(sent.map((one) => [one.data.type, one.to]), [["ready", THEIRS]]);
  hear({ ...dial, origin: "https://evil.test" });
  hear({ ...dial, source: {} });
  hear({ ...dial, data: { ...dial.data, number: "javascript:1" } });
  hear({ ...dial, data: { ...dial.data, press: "x" } });
  assert.deepEqual(wishes, []);
  hear(dial);
  hear(dial);
  assert.deepEqual(wishes, [PRESS]);
  open.tell(PRESS, { status: "ringing" });
  assert.deepEqual([sent[1].to, sent[1].data.status], [THEIRS, "ringing"]);
});

const member = (facts) => ({ identity: "", callState: "Connected", ...facts });
const own = (callState = "Connected") => member({ endpointId: "ann", callState });
const call = (id, more = {}) =>
  ({ id, ended: false, callState: "Connected", members: [own()], allowed: ["AddConferenceMember"], ...more });

test("a number goes into the live call, to a new one, or the agent is asked", () => {
  assert.deepEqual(placeFor([], ANN, ""), { call: true });
  assert.equal(placeFor([call("a")], ANN, "").add.id, "a");
  assert.deepEqual(placeFor([call("a"), call("b")], ANN, "").choose.map((one) => one.id), ["a", "b"]);
  assert.equal(placeFor([call("a"), call("b")], ANN, "b").add.id, "b");
  assert.deepEqual(placeFor([call("a")], ANN, "c"), { refused: "notYours" });
  const ringing = call("a", { members: [own("Ringing")] });
  assert.deepEqual(placeFor([ringing], ANN, ""), { refused: "notYet" });
  assert.deepEqual(placeFor([ringing], ANN, "a"), { refused: "notYet" });
  assert.deepEqual(placeFor([call("a", { ended: true }), call("b", { members: [] })], ANN, ""), { call: true });
});

test("what became of the number is told as the service tells it", () => {
  const party = (status, more = {}) => member({
    identity: "+12025550123", callState: "None",
    applicationData: { memberId: "m1", status, destination: "(202) 555-0123", addedAt: "1", ...more },
  });
  const of = (status, session = call("a")) => stateOf(session, party(status), ANN).status;
  const told = { queued: "calling", ringing: "ringing", held: "connected", busy: "busy", "no-answer": "noAnswer", removed: "left" };
  for (const [status, shown] of Object.entries(told)) assert.equal(of(status), shown);
  assert.equal(of("queued", call("a", { members: [own("Ringing")] })), "ownPhone");
  assert.equal(of("queued", call("a", { ended: true, outcome: "NoAnswer" })), "noAnswer");
  assert.equal(of("connected", call("a", { ended: true, outcome: "Completed" })), "left");
  const [earlier, later] = [party("busy"), party("ringing", { memberId: "m2", addedAt: "2" })];
  assert.equal(partyOf([own(), later, earlier], "(202) 555-0123", ANN), later);
  assert.equal(partyOf([own(), earlier], "202.555.0123", ANN), earlier);
  assert.equal(partyOf([own()], "+13125550142", ANN), null);
});

/** The window's presses before a service that answers by path. */
function service(answers) {
  const asked = [], shown = [];
  const ask = async (verb, path, body, key) => {
    asked.push({ verb, path, body, key });
    const found = answers[path];
    const answer = typeof found === "function" ? found() : found;
    if (answer instanceof Refused) throw answer;
    return answer ?? { members: [] };
  };
  const presses = createDialPresses({
    ask, say: createSay(dialTexts), wait: async () => {}, changed: (one) => shown.push(one.status),
    passer: { find: async () => null },
  });
  return { presses, asked, shown, rung: () => asked.filter((one) => one.verb === "POST") };
}

test("one press has one key, over repetitions and a sign-in", async () => {
  let isSignedIn = false, tries = 0;
  const { presses, shown, rung } = service({
    "/auth/status": () => ({ isAuthenticated: isSignedIn, id: "ann" }),
    "/sessions/my": { sessions: [call("a")] }, "/sessions/a": call("a"),
    "/sessions/a/conference/members": () => ((tries += 1) === 1 ? new Refused(0, "NoAnswer", "", null) : call("a")),
  });
  await presses.take({ press: PRESS, ...WISH });
  assert.deepEqual([shown, rung()], [["signIn"], []]);
  isSignedIn = true;
  await Promise.all([presses.again(), presses.again()]);
  assert.deepEqual(rung().map((one) => one.key), [PRESS, PRESS]);
  assert.deepEqual(rung()[0].body, { destination: WISH.number });
  assert.ok(presses.isFollowing());
});

test("with two calls nothing is dialled until one is chosen, and then once", async () => {
  const { presses, shown, rung } = service({
    "/auth/status": { isAuthenticated: true, id: "ann" }, "/sessions/my": { sessions: [call("a"), call("b")] },
    "/sessions/b": call("b"), "/sessions/b/conference/members": call("b"),
  });
  await presses.take({ press: PRESS, ...WISH });
  assert.deepEqual([shown, rung()], [["choosing"], []]);
  await Promise.all([presses.choose(PRESS, "b"), presses.choose(PRESS, "a")]);
  assert.deepEqual(rung().map((one) => one.path), ["/sessions/b/conference/members"]);
});

test("a refusal is a sentence, and nothing is followed", async () => {
  const { presses } = service({
    "/auth/status": { isAuthenticated: true, id: "ann" }, "/sessions/my": { sessions: [] },
    "/calls": new Refused(400, "InvalidDestination", "", null),
  });
  await presses.take({ press: PRESS, ...WISH });
  const [one] = presses.all();
  assert.deepEqual([one.status, one.sentence], ["refused", "Not dialled: We cannot call “+12025550123”."]);
  assert.ok(!presses.isFollowing());
});
