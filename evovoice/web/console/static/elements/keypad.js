/** Keys for menus: each goes at once, by press, key or paste. */

import { readable } from "../numbers.js";
import { show, write } from "../parts.js";
import { keypadParty } from "../deeds.js";
import { View } from "./view.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const NAMES = { "*": "keypad.star", "#": "keypad.hash" };

export class KeypadView extends View {
  built() {
    const buttons = KEYS.map((key) => {
      const button = document.createElement("button");
      button.textContent = key;
      button.dataset.deed = "digit";
      button.dataset.digit = key;
      button.setAttribute("aria-label", this.say(NAMES[key] ?? "keypad.key", { key }));
      return button;
    });
    this.parts.keys.append(...buttons);
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("paste", (event) => this.#send(event.clipboardData.getData("text")));
  }

  update() {
    const { desk } = this.app;
    const session = desk.me ? desk.front() : null;
    const isOpen = Boolean(session) && desk.keypad.isOpen && desk.actionsOf(session).keypad.allowed;
    const wasHidden = this.hidden;
    show(this, isOpen);
    if (!isOpen) return;
    if (wasHidden) this.parts.title.focus();
    const to = keypadParty(session, desk.me);
    write(this.parts.to, to ? readable(this.say("keypad.to", { name: to.displayName })) : "");
    const { digits } = desk.keypad;
    write(this.parts.sent, desk.problemAt("keypad") || (digits ? this.say("keypad.sent", { digits }) : ""));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#send(event.key);
  }

  /** A comma or semicolon, as in "1234,,56#" of a mail, is a pause of two seconds (C112). */
  #send(text) {
    const digits = text.replace(/[^\d*#,;]/g, "");
    const session = this.app.desk.front();
    if (/[\d*#]/.test(digits) && session) this.app.deeds.sendDigits(session, digits);
  }
}
customElements.define("evo-keypad", KeypadView);
