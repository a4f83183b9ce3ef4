/** The agents' console: puts the parts together, and lets what happens reach them. */

import { announcer } from "./announce.js";
import { ask as askService } from "./api.js";
import { changesOf } from "./changes.js";
import { createClock } from "./clock.js";
import { createDeeds } from "./deeds.js";
import { Desk } from "./desk.js";
import { firstAnswer } from "./first_questions.js";
import { areSingleKeysOn, deedOf, takesText } from "./keys.js";
import { createLater } from "./later.js";
import { newId } from "./new_id.js";
import { createNotices } from "./notices.js";
import { fillTexts } from "./parts.js";
import { createPages } from "./pages.js";
import { createPhoneLater } from "./phone_later.js";
import { createPresses } from "./presses.js";
import { createReading } from "./reading.js";
import { createRequests } from "./requests.js";
import { ringsFor } from "./rights.js";
import { createSay } from "./say.js";
import { watchForSleep } from "./sleep.js";
import { createStream } from "./stream.js";
import { createTalksMuted } from "./talks_muted.js";
import { texts } from "./texts/console_en.js";
import "./elements/call.js";
import "./elements/calls.js";
import "./elements/dial.js";
import "./elements/incoming.js";
import "./elements/status.js";

const VIEWS = "evo-incoming, evo-status, evo-calls, evo-call, evo-dial";
const TICK = 1000;
const THROUGH_DIALOGS = new Set(["answer", "mute"]); // a call does not wait for a dialog

const timers = { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) };
const at = (id) => document.getElementById(id);
const say = createSay(texts);
const clock = createClock();
const { say: tell, cry } = announcer(at("said"), at("cried"));
const requests = createRequests({
  ask,
  onSignedOut: () => askToSignIn(),
  newKey: newId,
  wait: (ms) => new Promise((done) => timers.set(done, ms)),
});
let brought = ""; // by a telephone link, until it is filled in
const phone = createPhoneLater({ load: loadPhone });
const desk = new Desk({ hear: repaint, onSession, timers, phone: phone.facts() });
const reading = createReading({ desk, requests, clock, timers });
const deeds = createDeeds({ desk, requests, say, timers, phone });
const talksMuted = createTalksMuted({ desk, phone, say, cry });
const notices = createNotices({
  Notice: window.Notification, say, page: { isHidden: () => document.hidden, front: () => window.focus() },
});
const pages = createPages({ say, onChange: repaint });
const app = {
  desk, deeds, say, clock, requests, reading, phone, signedIn, phoneHere,
  page: pages.page, goTo: pages.goTo, listenHere: () => stream.retry(),
};
const views = [...document.querySelectorAll(VIEWS)];
const view = (name) => document.querySelector(name);
const later = createLater({ view, begun });
const presses = createPresses({ app, view, wanted: later.wanted, tell, signOut });
const stream = createStream({
  url: "/events?detail=members", fetch: (...asked) => fetch(...asked), timers,
  on: { state: feedIs, open: opened, event: heard, poll: readAll },
});

/** The first questions of the page have been asked already. */
function ask(verb, path, body, key) {
  const early = verb === "GET" ? firstAnswer(path) : undefined;
  return askService(verb, path, body, key, early && (() => early));
}

function begun(element) {
  element.begin(app);
  views.push(element);
  repaint();
}

let numbers = null; // what takes them from other pages of ours
let isPainting = false;

/** Soon, and not with the next frame: hidden tabs have none. */
function repaint() {
  if (isPainting) return;
  isPainting = true;
  setTimeout(() => {
    isPainting = false;
    for (const each of views) each.update();
    pages.name(desk);
    tick();
  }, 0);
}

function tick() {
  for (const node of document.querySelectorAll("[data-since]")) {
    const text = node.dataset.since ? clock.since(node.dataset.since) : "";
    if (node.textContent !== text) node.textContent = text;
  }
}

// --- the phone of this page ---------------------------------------------------------------------

/** The carrier's library is read last of all, before the document counts as loaded. */
async function loadPhone() {
  if (document.readyState !== "complete") {
    await new Promise((done) => window.addEventListener("load", done, { once: true }));
  }
  const { createPhoneLink } = await import("./phone_link.js");
  const link = createPhoneLink({ ask: guarded, hear: phoneIs, tell: (sentence) => desk.problem("phone", sentence) });
  setTimeout(() => phoneIs(link.facts()), 0);
  return link;
}

function phoneIs(facts) {
  desk.set({ phone: facts });
  talksMuted.phoneIs();
}

// --- what happens -------------------------------------------------------------------------------

function onSession(after, before) {
  for (const [key, values] of changesOf(after, before, desk.me)) tell(say(key, values));
  const rings = (session) => Boolean(session) && ringsFor(session, desk.me);
  if (rings(after) && !rings(before)) told(after);
  if (!rings(after)) notices.close(after.id);
  reading.changed(after, before);
}

/** A call rings; one that the agent has placed is no news. */
function told(session) {
  cry(say("said.incoming", { name: session.displayName }));
  if (session.createdBy !== desk.me.id) notices.show(session);
}

function heard(name, data) {
  desk.heardAt = new Date(clock.now()).toISOString();
  if (data.session) desk.store.put(data.session);
  if (name === "ActiveSessionsChanged" && !data.session) readAll();
  if (name === "AgentStateChanged") return agentChanged(data);
  const front = desk.front();
  if (!front || data.sessionId !== front.id) return undefined;
  if (name === "MemberFailed") tellFailed(front.id);
  return reading.log(front.id);
}

function agentChanged({ endpointId, agentState, agentStateReason }) {
  if (endpointId === desk.me.id) desk.set({ presence: { ...desk.presence, agentState, agentStateReason } });
}

async function tellFailed(id) {
  const failed = await reading.failed(id).catch(() => []);
  for (const { displayName, applicationData: { reason } } of failed) {
    tell(say("said.failed", { name: displayName, reason }));
  }
}

function feedIs(state) {
  if (state === "lost" && desk.feed === "live") cry(say("said.lost"));
  if (state === "live" && desk.feed === "lost") tell(say("said.live"));
  desk.set({ feed: state });
  phone.streamIs(state === "live" ? "live" : "lost");
  if (state === "signedOut") askToSignIn();
}

function opened(date) {
  clock.observe(date);
  desk.heardAt = new Date(clock.now()).toISOString();
  readAll();
  view("evo-call").notes.save();
}

function readAll() {
  reading.all().then(phone.sessionsAre).catch(() => {}); // the stream says so, and it is read again
}

// --- signing in and out -------------------------------------------------------------------------

async function askToSignIn() {
  (await later.wanted("evo-sign-in")).open(desk.me !== null);
}

/** What the phone asks for a person who has been signed out shows the way back in. */
async function guarded(...asked) {
  try {
    return await ask(...asked);
  } catch (error) {
    if (error.status === 401) askToSignIn();
    throw error;
  }
}

async function phoneHere() {
  if ((await phone.take()) === "busy") desk.problem("phone", say("phone.busyElsewhere"));
}

/** All is asked at once: the call is shown by the answers, and read again once the stream is open. */
async function signedIn() {
  const who = requests.get("/auth/status");
  const rest = Promise.all(["/app/rights", "/sessions/my", "/directory"].map((path) => requests.get(path)));
  rest.catch(() => {}); // of nobody who has signed in
  const status = await who;
  if (!status.isAuthenticated) return askToSignIn();
  const roles = status.roles ?? [];
  const me = { id: status.id, name: status.name, oversees: roles.some((role) => role !== "User") };
  const isNew = desk.me?.id !== me.id;
  if (desk.me && isNew) desk.forget();
  const [{ rights }, { sessions }, directory] = await rest;
  desk.set({ me, directory, rights: new Map(rights.map((row) => [row.operation, row])) });
  for (const session of sessions) desk.store.put(session);
  pages.show();
  phone.signedIn(me, sessions);
  setTimeout(readRest, 0); // after what is known is shown
  if (stream.state()) return stream.retry();
  return stream.open();
}

async function readRest() {
  if (brought) fill(brought);
  brought = "";
  phone.begin();
  later.all();
  if (numbers) return;
  numbers = import("./numbers_taken.js");
  (await numbers).takeNumbers({ desk, deeds, reading, fill, attend });
}

function fill(number) {
  pages.goTo("/");
  view("evo-dial").fill(number);
}

function attend(name) {
  tell(say("said.brought", { name }));
  notices.brought(name);
  window.focus();
}

async function signOut() {
  notices.closeAll();
  await phone.stop();
  await requests.post("/auth/logout").catch(() => {});
  location.reload();
}

// --- keys and time ------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  const isBehind = document.querySelector("dialog[open]") !== null;
  if (event.key === "Escape" && desk.keypad.isOpen && !isBehind) {
    return desk.set({ keypad: { isOpen: false, digits: "" } });
  }
  const isInField = isBehind || takesText(event.target);
  const deed = deedOf(event, { isInField, areOn: areSingleKeysOn() });
  if (isBehind && !THROUGH_DIALOGS.has(deed)) return undefined;
  if (deed && presses.byKey(deed)) event.preventDefault();
  return undefined;
});

setInterval(tick, TICK);
watchForSleep(() => {
  stream.retry();
  phone.wake();
});
window.addEventListener("online", () => stream.retry());

view("evo-status").addEventListener("click", (event) => {
  if (event.target.closest('[data-deed="ready"]')) notices.ask();
});
window.addEventListener("pagehide", notices.closeAll);
fillTexts(document, say);
for (const each of views) each.begin(app);
repaint();
at("passed").addEventListener("close", enter);
begin();

/** A telephone link goes to the console that is open; this page closes where the browser lets it. */
async function begin() {
  if (location.search) {
    const { isShownElsewhere, takeBrought } = await import("./brought.js");
    brought = takeBrought(window);
    if (brought && (await isShownElsewhere(brought, timers))) {
      brought = "";
      at("passed").showModal();
      return window.close();
    }
  }
  return enter();
}

function enter() {
  signedIn().catch(() => askToSignIn());
}
