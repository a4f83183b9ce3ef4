/**
 * What the page knows besides the sessions themselves: who is signed in, which call is in front, what
 * was asked for and is not so yet. All of it can be read from the service again; a reload loses
 * nothing.
 */

import { actions } from "./actions.js";
import { ownLeg, ringsFor } from "./rights.js";
import { createStore } from "./store.js";

export const LATE = 10_000; // milliseconds until a wish counts as not confirmed
const PROBLEM_SHOWN = 12_000;
const ENDED_SHOWN = 60_000; // of the call in front, for its notes

export class Desk {
  me = null; // {id, name, oversees}
  rights = new Map();
  presence = null;
  feed = "connecting";
  heardAt = null; // when the stream has said something last, as a date
  directory = { users: [], recent: [], favorites: [], callerIds: [] };
  recent = [];
  logs = new Map(); // events of a session by its id
  failed = new Map(); // parties that were not reached, by session
  phone; // as phone_link.js tells it
  dialling = ""; // who is being dialled at the moment, as a sentence
  keypad = { isOpen: false, digits: "" };
  armed = null; // the session whose "End for all" was pressed once
  #chosen = null;
  #ended = null; // the call that was in front when it ended, for a while
  #wishes = new Map();
  #problems = new Map();
  #hear;
  #timers;

  /** `hear()`: something has changed. `onSession(after, before)`: a session has. `phone`: its facts. */
  constructor({ hear, onSession, timers, phone }) {
    this.phone = phone;
    this.#hear = hear;
    this.#timers = timers;
    this.store = createStore((after, before) => {
      this.#fulfil(after);
      if (after.ended && before && !before.ended) this.#keep(after, before);
      onSession(after, before);
      hear();
    }, () => this.me?.id ?? null);
  }

  set(facts) {
    Object.assign(this, facts);
    this.#hear();
  }

  choose(id) {
    this.#chosen = id;
    this.keypad = { isOpen: false, digits: "" };
    this.#hear();
  }

  /** The user's calls that go on and do not ring for them, newest first. */
  live() {
    return this.store.all().filter((one) => !one.ended && this.#isMine(one) && !this.#rings(one));
  }

  /** Calls that ring for the user. */
  ringing() {
    return this.store.all().filter((one) => !one.ended && this.#rings(one));
  }

  /** The call in front: the one chosen, else one that the user is in, else the newest. */
  front() {
    const chosen = this.store.get(this.#chosen);
    const live = this.live();
    if (chosen && (!chosen.ended || !live.length)) return chosen;
    return live.find((one) => ownLeg(one, this.me)) ?? live[0] ?? this.store.get(this.#ended) ?? null;
  }

  actionsOf(session) {
    return actions({
      session, me: this.me, rights: this.rights, phone: this.phone, wishes: this.wishesOf(session.id),
    });
  }

  wishesOf(sessionId) {
    return this.#wishes.get(sessionId) ?? new Map();
  }

  /** `key`: as in `actions`. `isDone(session)`: whether it is so by now. */
  wish(sessionId, key, text, isDone) {
    const all = this.#wishes.get(sessionId) ?? new Map();
    const wish = { state: "open", text, isDone };
    all.set(key, wish);
    this.#wishes.set(sessionId, all);
    this.#timers.set(() => this.#late(sessionId, key, wish), LATE);
    this.#hear();
  }

  unwish(sessionId, key) {
    if (this.#wishes.get(sessionId)?.delete(key)) this.#hear();
  }

  /** What went wrong, shown beside what failed for a while. */
  problem(place, text) {
    this.#problems.set(place, text);
    this.#timers.set(() => {
      if (this.#problems.get(place) === text) this.solve(place);
    }, PROBLEM_SHOWN);
    this.#hear();
  }

  solve(place) {
    if (this.#problems.delete(place)) this.#hear();
  }

  problemAt(place) {
    return this.#problems.get(place) ?? "";
  }

  forget() {
    this.store.clear();
    this.#wishes.clear();
    this.logs.clear();
    this.failed.clear();
    this.set({ me: null, presence: null, recent: [] });
  }

  #isMine(session) {
    return session.wasMine || ownLeg(session, this.me) !== null;
  }

  #rings(session) {
    return ringsFor(session, this.me) && !session.wasMine;
  }

  #fulfil(session) {
    for (const [key, wish] of this.wishesOf(session.id)) {
      if (session.ended || wish.isDone(session)) this.#wishes.get(session.id).delete(key);
    }
  }

  #keep(after, before) {
    if (!this.#isMine(before) || this.#rings(before)) return;
    this.#ended = after.id;
    this.#timers.set(() => {
      if (this.#ended === after.id) this.#ended = null;
      this.#hear();
    }, ENDED_SHOWN);
  }

  #late(sessionId, key, wish) {
    const all = this.#wishes.get(sessionId);
    if (all?.get(key) !== wish) return;
    all.set(key, { ...wish, state: "late", text: "wish.late" });
    this.#hear();
  }
}
