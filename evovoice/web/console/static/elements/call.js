/** The call in front: its people, its controls, the consultation, notes and timeline. */

import { consultation } from "../consulting.js";
import { readable } from "../numbers.js";
import { keyed, mark, press, runSince, show, write, writeName } from "../parts.js";
import { memberId, ownLeg } from "../rights.js";
import { noteOf, stateOf } from "../standing.js";
import { callBackTo, lengthOf, outcomeOf, startOf } from "./calls.js";
import { NotesPart } from "./notes.js";
import { failedRow, partyRow } from "./party.js";
import { takesCalls } from "./status.js";
import { View } from "./view.js";

const CONTROLS = ["mute", "hold", "keypad", "leave", "endAll", "comeBack"];

export class CallView extends View {
  #look = null;

  built() {
    this.notes = new NotesPart(this.parts, this.app);
    this.parts.controls.addEventListener("keydown", (event) => this.#arrows(event));
  }

  update() {
    const { desk } = this.app;
    const { parts } = this;
    const session = desk.me ? desk.front() : null;
    show(parts.empty, !session);
    show(parts.call, Boolean(session));
    show(parts.below, Boolean(session));
    if (!session) {
      const { phone } = desk;
      const { presence } = desk;
      write(parts.emptyState, presence && phone.isKnown ? this.say(takesCalls(desk) ? "presence.waiting" : "presence.notTaking") : "");
      write(parts.emptyHint, this.say("call.noneHint"));
      write(parts.noPhone, phone.isThere ? "" : this.app.phone.text(phone.status));
      return this.notes.update(null);
    }
    const actions = desk.actionsOf(session);
    this.#look = { session, actions, me: desk.me, desk };
    parts.call.dataset.session = session.id;
    this.classList.toggle("dimmed", desk.feed !== "live");
    this.#head(session);
    this.#consult(session, actions);
    this.#people(session);
    this.#controls(session, actions);
    this.notes.update(session);
    return this.#timeline(session);
  }

  #head(session) {
    const { parts, say } = this;
    writeName(parts.title, session.displayName);
    const state = stateOf(session, this.app.desk.me);
    write(parts.state, say(`state.${state}`));
    mark(parts.state, "data-state", state);
    runSince(parts.time, session.ended ? null : startOf(session));
    const again = session.ended ? callBackTo(session) : "";
    press(parts.callBack, { shown: Boolean(again), allowed: true }, say, session.displayName);
    if (again) parts.callBack.dataset.destination = again;
    const note = this.#note(session);
    write(parts.note, note);
    show(parts.note, Boolean(note));
  }

  #note(session) {
    const { say } = this;
    if (session.ended) {
      return say("call.over", { outcome: outcomeOf(say, session), length: lengthOf(session) || "0:00" });
    }
    if (session.stale) return say("call.stale");
    const note = noteOf(session, this.app.desk.me);
    return note ? readable(say(note.key, note)) : "";
  }

  #consult(session, actions) {
    const { parts, say } = this;
    const found = consultation(session, this.app.desk.me);
    show(parts.consult, Boolean(found));
    if (!found) return;
    const others = found.key === "consult.swapped" ? found.names : say("consult.isOn", found);
    write(parts.consultText, readable(say(found.key, { others, name: found.name })));
    write(parts.back, readable(say("do.back", { name: found.names })));
    for (const deed of ["handOver", "allTalk", "swap", "back"]) press(parts[deed], actions[deed], say);
  }

  #people(session) {
    const { parts, say } = this;
    const people = session.ended ? [] : session.members;
    keyed(parts.parties, people, memberId, () => partyRow(say, () => this.#look));
    const isIn = !session.ended && ownLeg(session, this.app.desk.me) !== null;
    const failed = isIn ? this.app.desk.failed.get(session.id) ?? [] : [];
    keyed(parts.failed, failed, memberId, () => failedRow(say, () => this.#look));
  }

  #controls(session, actions) {
    const { desk } = this.app;
    const { parts, say } = this;
    for (const deed of CONTROLS) press(parts[deed], actions[deed], say);
    write(parts.endAll, say(desk.armed === session.id ? "do.endAll.sure" : "do.endAll"));
    mark(parts.keypad, "aria-expanded", String(desk.keypad.isOpen));
    press(parts.toAdd, actions.add, say);
    show(parts.controls, CONTROLS.some((deed) => actions[deed].shown));
    const places = [...CONTROLS, "handOver", "allTalk", "swap", "back"];
    const problem = places.map((deed) => desk.problemAt(`${session.id} ${deed}`)).find(Boolean);
    const wish = places.map((deed) => desk.wishesOf(session.id).get(deed)).find(Boolean);
    const text = problem ?? (wish ? say(wish.text) : "");
    write(parts.problem, text);
    show(parts.problem, Boolean(text));
    parts.problem.classList.toggle("quiet", !problem && wish?.state === "open");
    this.#oneTabStop();
  }

  #timeline(session) {
    const { parts, say, app } = this;
    const lines = app.desk.logs.get(session.id) ?? [];
    const { scroll } = parts;
    const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 30;
    keyed(parts.log, lines, (line) => line.sequence, (line) => {
      const node = document.createElement("li");
      const time = document.createElement("time");
      const text = document.createElement("span");
      node.append(time, text);
      time.textContent = say.second(line.date);
      return { node, update: ({ message }) => write(text, readable(message)) };
    });
    show(parts.noLog, lines.length === 0);
    if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  // --- the toolbar: one tab stop, arrows within ---

  #buttons() {
    return [...this.parts.controls.querySelectorAll("button")].filter((one) => one.offsetParent);
  }

  #oneTabStop() {
    const buttons = [...this.parts.controls.querySelectorAll("button")];
    const shown = buttons.filter((one) => !one.hidden);
    const current = shown.find((one) => one === document.activeElement) ?? shown.find((one) => one.tabIndex === 0);
    for (const one of buttons) {
      mark(one, "tabindex", one === (current ?? shown[0]) ? "0" : "-1");
    }
  }

  #arrows(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = this.#buttons();
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length].focus();
    this.#oneTabStop();
  }
}
customElements.define("evo-call", CallView);
