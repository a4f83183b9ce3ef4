/** Calls that were: found by number or by what their log says. */

import { build, keyed, press, show, write, writeName } from "../parts.js";
import { sentenceOf } from "../say.js";
import { callBackTo, lengthOf, outcomeOf } from "./calls.js";
import { View } from "./view.js";

const ON_A_PAGE = 25;
const NEWEST_FIRST = `countPerPage=${ON_A_PAGE}&sortField=dateCreated&sortOrder=Descend`;

export class HistoryView extends View {
  #found = [];
  #page = 0;
  #hasMore = false;
  #isRead = false;

  built() {
    this.parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read(0);
    });
  }

  update() {
    if (!this.app.desk.me || this.app.page() !== "/history") return;
    if (!this.#isRead) this.#read(0);
    keyed(this.parts.rows, this.#found, (one) => one.id, () => this.#row());
    show(this.parts.more.parentElement, this.#hasMore);
    show(this.parts.more, this.#hasMore);
  }

  more() {
    return this.#read(this.#page + 1);
  }

  async #read(page) {
    this.#isRead = true;
    write(this.parts.state, this.say("history.loading"));
    try {
      const answers = await Promise.all(this.#questions(page).map((path) => this.app.requests.get(path)));
      const found = answers.flatMap((answer) => answer.items);
      const all = page === 0 ? found : [...this.#found, ...found];
      this.#found = [...new Map(all.map((one) => [one.id, one])).values()]
        .sort((a, b) => (a.dateCreated < b.dateCreated ? 1 : -1));
      this.#hasMore = answers.some((answer) => answer.hasMorePages);
      this.#page = page;
      write(this.parts.state, this.#found.length ? "" : this.say("history.none"));
    } catch (error) {
      write(this.parts.state, sentenceOf(this.say, error));
    }
    this.update();
  }

  /** A number may be on either side; any other text is looked for in the log, which has the names. */
  #questions(page) {
    const text = this.parts.text.value.trim();
    const base = `/sessions?${NEWEST_FIRST}&page=${page}`;
    if (!text) return [base];
    const digits = text.replace(/[\s().\-/]/g, "");
    const isNumber = /^\+?\d+$/.test(digits);
    const fields = isNumber ? ["from", "to"] : ["log"];
    return fields.map((field) => `${base}&${field}=${encodeURIComponent(isNumber ? digits : text)}`);
  }

  #row() {
    const body = document.createElement("tbody");
    const parts = build(body, "evo-history-row", this.say);
    const update = (session) => {
      write(parts.when, `${this.say.day(session.dateCreated)} ${this.say.time(session.dateCreated)}`);
      writeName(parts.who, session.displayName);
      write(parts.how, outcomeOf(this.say, session));
      write(parts.length, lengthOf(session));
      write(parts.notes, session.consoleData);
      const to = callBackTo(session);
      press(parts.again, { shown: Boolean(to), allowed: true, label: "do.callBack" }, this.say, session.displayName);
      if (to) parts.again.dataset.destination = to;
    };
    return { node: body.firstElementChild, update };
  }
}
customElements.define("evo-history", HistoryView);
