/** Notes on the call: saved once nobody types for a second, and open past its end. */

import { mark, show, write } from "../parts.js";
import { sentenceOf } from "../say.js";

const REST = 1000; // milliseconds without a key

export class NotesPart {
  #session = null;
  #unsaved = new Map(); // text by session
  #timer = null;

  constructor(parts, app) {
    Object.assign(this, { parts, app });
    parts.notes.addEventListener("input", () => this.#typed());
    parts.notes.addEventListener("blur", () => this.save());
    parts.save.addEventListener("click", () => this.save());
  }

  update(session) {
    const { parts } = this;
    const { notes, saved } = parts;
    if (session?.id !== this.#session?.id) {
      this.save();
      write(saved, "");
    }
    this.#session = session;
    if (!session) return;
    show(parts.save, session.ended);
    const text = this.#unsaved.get(session.id) ?? session.consoleData ?? "";
    if (notes.value !== text) notes.value = text;
    mark(notes, "readonly", this.app.desk.actionsOf(session).note.allowed ? null : "");
  }

  #typed() {
    this.#unsaved.set(this.#session.id, this.parts.notes.value);
    write(this.parts.saved, this.app.say("notes.saving"));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), REST);
  }

  /** Whatever is not saved yet, also what could not be before. */
  async save() {
    clearTimeout(this.#timer);
    const { desk, requests, say, clock } = this.app;
    for (const [id, text] of [...this.#unsaved]) {
      try {
        const answer = await requests.patch(`/sessions/${encodeURIComponent(id)}`, { consoleData: text });
        desk.store.put(answer);
        if (this.#unsaved.get(id) === text) this.#unsaved.delete(id);
        write(this.parts.saved, say("notes.saved", { time: say.time(clock.now()) }));
      } catch (error) {
        write(this.parts.saved, say("notes.unsaved", { reason: sentenceOf(say, error) }));
      }
    }
  }
}
