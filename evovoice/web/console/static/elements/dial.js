/** The field to call or add somebody: directory as typed, numbers in groups, reasons beside it. */

import { asTyped, readable } from "../numbers.js";
import { keyed, mark, press, show, write, writeName } from "../parts.js";
import { peopleOf } from "../people.js";
import { ownLeg } from "../rights.js";
import { View } from "./view.js";

const SEARCH_AFTER = 150; // milliseconds without a key
const SMALL = "(max-width: 760px)"; // where what is seldom wanted is folded up

export class DialView extends View {
  #choice = null; // {destination, name, places}: the option that was taken
  #active = -1;
  #options = [];
  #timer = null;
  #searches = 0; // the answer to an older one is not looked at
  #isOpen = false;

  built() {
    const { field, form, list, from } = this.parts;
    field.placeholder = this.say("dial.hint");
    field.addEventListener("input", (event) => this.#typed(event));
    field.addEventListener("keydown", (event) => this.#key(event));
    field.addEventListener("focus", () => this.#search());
    field.addEventListener("blur", () => this.#close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.#take(event.target.closest("li")));
    form.addEventListener("submit", (event) => event.preventDefault());
    from.addEventListener("change", () => (this.fromNumber = from.value));
    const small = window.matchMedia(SMALL);
    small.addEventListener("change", () => this.#fold(small.matches));
    this.#fold(small.matches);
  }

  #fold(isSmall) {
    this.parts.more.open = !isSmall;
    show(this.parts.fold, isSmall);
  }

  update() {
    const { desk } = this.app;
    const { parts, say } = this;
    const session = this.#session();
    const actions = session ? desk.actionsOf(session) : null;
    const isTyped = parts.field.value.trim() !== "";
    const busy = desk.dialling ? "why.beingDone" : "";
    const typeFirst = isTyped ? "" : "why.typeFirst";
    write(parts.title, say(session ? "dial" : "dial.new"));
    press(parts.add, asButton(actions?.add, busy || typeFirst, session ? "do.add" : "do.call"), say);
    const consult = actions ? asButton(actions.consult, busy || typeFirst) : { shown: false };
    press(parts.consult, consult, say);
    const problem = desk.problemAt("dial");
    write(parts.problem, problem || desk.dialling || "");
    show(parts.problem, Boolean(problem || desk.dialling));
    parts.problem.classList.toggle("quiet", !problem);
    this.#callerIds(desk.directory.callerIds);
    show(parts.humanRow, session !== null);
    show(parts.more, session !== null || !parts.callsAs.hidden);
    this.#list();
  }

  /** What the field says, to be dialled. */
  async dial(kind) {
    const { desk, deeds } = this.app;
    const session = kind === "consult" ? desk.front() : this.#session();
    const { field } = this.parts;
    const wanted = this.#wanted();
    if (!wanted.destination) return field.focus();
    const typed = field.value;
    const asked = session ? kind : "call";
    clearTimeout(this.#timer);
    this.#searches += 1;
    this.#close();
    const done = await deeds.dial(asked, session, {
      ...wanted, fromNumber: this.fromNumber, humanOnly: this.parts.humanOnly.checked,
    });
    if (done && field.value === typed) { // else the next one is being typed
      field.value = "";
      this.#choice = null;
    }
    return this.update();
  }

  /** Fill it in and go there; nothing is dialled by itself. */
  fill(destination) {
    this.#choice = null;
    this.parts.field.value = asTyped(destination);
    this.parts.field.focus();
    this.update();
  }

  /** The call that somebody would be added to; without one the field places a call. */
  #session() {
    const front = this.app.desk.me ? this.app.desk.front() : null;
    return front && !front.ended && ownLeg(front, this.app.desk.me) ? front : null;
  }

  #wanted() {
    if (this.#choice) return this.#choice;
    const text = this.parts.field.value.trim();
    const named = this.#found().filter((one) => one.name.toLowerCase() === text.toLowerCase());
    if (named.length === 1) return named[0];
    return { destination: text, name: "" };
  }

  #typed(event) {
    const { field } = this.parts;
    this.#choice = null;
    const atEnd = field.selectionStart === field.value.length;
    if (atEnd && !event.inputType?.startsWith("delete")) field.value = asTyped(field.value);
    this.app.desk.solve("dial");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#search(), SEARCH_AFTER);
    this.update();
  }

  async #search() {
    const text = this.parts.field.value.trim();
    if (this.#choice) return;
    this.#searches += 1;
    const mine = this.#searches;
    try {
      const found = await this.app.requests.get(`/directory?search=${encodeURIComponent(searched(text))}`);
      if (mine !== this.#searches || this.#choice) return;
      const { callerIds } = this.app.desk.directory; // all of them, whatever is looked for
      this.app.desk.set({ directory: { ...found, callerIds } });
    } catch {
      return; // it can be dialled all the same
    }
    const pointedAt = this.#options[this.#active]?.destination;
    this.#isOpen = document.activeElement === this.parts.field;
    this.#active = this.#shown().findIndex((one) => one.destination === pointedAt);
    this.update();
  }

  #shown() {
    return this.#found().slice(0, 8);
  }

  #found() {
    return peopleOf(this.app.desk.directory, this.say);
  }

  #list() {
    const { parts, say } = this;
    const text = parts.field.value.trim();
    this.#options = this.#isOpen ? this.#shown() : [];
    keyed(parts.list, this.#options, (one) => one.destination, (one) => this.#option(one));
    this.#options.forEach((one, index) => {
      const node = parts.list.children[index];
      node.id = `dial-option-${index}`;
      mark(node, "aria-selected", index === this.#active ? "true" : "false");
    });
    const isShown = this.#options.length > 0;
    show(parts.list, isShown);
    mark(parts.field, "aria-expanded", String(isShown));
    mark(parts.field, "aria-activedescendant", isShown && this.#active >= 0 ? `dial-option-${this.#active}` : null);
    const isNobody = this.#isOpen && text !== "" && !isShown;
    write(parts.nobody, isNobody ? say(/[a-z]/i.test(text) ? "dial.nobody" : "dial.number", { text }) : "");
    show(parts.nobody, isNobody);
  }

  #option(item) {
    const node = document.createElement("li");
    node.setAttribute("role", "option");
    const [dot, name, more] = ["dot", "name", "sub quiet"].map((className) => {
      const part = document.createElement("span");
      part.className = className;
      return part;
    });
    node.append(...(item.state ? [dot, name, more] : [name, more]));
    const update = (now) => {
      node.dataset.destination = now.destination;
      mark(dot, "data-state", now.state ?? null);
      writeName(name, now.name);
      write(more, readable(now.more));
    };
    return { node, update };
  }

  #key(event) {
    const last = this.#options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#active = Math.max(-1, Math.min(last, this.#active + step));
      return this.update();
    }
    if (event.key === "Escape" && this.#isOpen) {
      event.stopPropagation();
      return this.#close();
    }
    if (event.key !== "Enter") return undefined;
    event.preventDefault();
    if (this.#isOpen && this.#active >= 0) return this.#take(this.parts.list.children[this.#active]);
    return this.parts.add.click();
  }

  #take(node) {
    const taken = this.#options.find((one) => one.destination === node?.dataset.destination);
    if (!taken) return;
    this.#choice = taken;
    this.parts.field.value = asTyped(taken.name);
    this.#close();
  }

  #close() {
    this.#isOpen = false;
    this.#active = -1;
    this.update();
  }

  #callerIds(numbers) {
    const { parts } = this;
    show(parts.callsAs, numbers.length > 1);
    const known = [...parts.from.options].map((one) => one.value).join();
    if (known === numbers.map((one) => one.number).join()) return;
    parts.from.replaceChildren(...numbers.map((one) => new Option(asTyped(one.number), one.number, one.isDefault, one.isDefault)));
    this.fromNumber = undefined; // the service takes the call's own
  }
}
customElements.define("evo-dial", DialView);

function asButton(action, block, label) {
  const base = action ?? { shown: true, allowed: true, reason: "" };
  return base.allowed && block ? { ...base, allowed: false, reason: block, label } : { ...base, label };
}

/** The service finds numbers by their digits. */
const searched = (text) => (/^[+\d\s().\-/]+$/.test(text) ? text.replace(/[^\d+]/g, "") : text);
