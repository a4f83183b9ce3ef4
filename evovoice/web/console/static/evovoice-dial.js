/**
 * `<evovoice-dial number="+12025550123" name="Bea">`: a dial button for other people's pages. It has
 * no token and no sound: a small window of the service's own origin dials, and tells how it goes.
 */

import { createLink, LAST } from "./dial/link.js";
import { wanted } from "./dial/number.js";
import { createSay } from "./say.js";
import { dialTexts } from "./texts/dial_en.js";

const say = createSay(dialTexts);
const { origin } = new URL(import.meta.url);
const timers = {
  set: (run, ms) => setTimeout(run, ms), every: (run, ms) => setInterval(run, ms), clear: (id) => clearInterval(id),
};
let ownDial = null; // in a page of the service's own origin
const link = createLink({
  origin,
  page: {
    origin: location.origin,
    open: (url, name, looks) => window.open(url, name, looks),
    onMessage: (hear) => window.addEventListener("message", hear),
  },
  timers,
});

/** In a page of our own origin the console that is open takes it; else the window does. */
async function press(wish, hear) {
  if (location.origin !== origin) return link.press(wish, hear);
  ownDial ??= import("./dial/own_origin.js").then(({ createOwnDial }) => createOwnDial({ timers }));
  const isTaken = await ownDial.then((own) => own.press(wish, hear)).catch(() => false);
  return isTaken ? undefined : link.press(wish, hear);
}

// the colours follow the page: dark where it says that it can be
const LOOKS = new CSSStyleSheet();
LOOKS.replaceSync(`
  :host { display: inline-flex; flex-wrap: wrap; align-items: center; gap: 8px; }
  :host([hidden]) { display: none; }
  button { min-height: 44px; min-width: 44px; padding: 0 12px; border: 1px solid transparent; border-radius: 8px; cursor: pointer;
    font: inherit; font-weight: 550; background: #1b5fc1; color: #fff;
    background: light-dark(#1b5fc1, #7db2ff); color: light-dark(#fff, #11141a); }
  button:focus-visible { outline: 2px solid #1b5fc1; outline-color: light-dark(#1b5fc1, #7db2ff); outline-offset: 2px; }
  button[title]:not([title=""]) { background: none; color: inherit; border-color: currentcolor; }
  span { font-size: .9em; }
  span:empty { display: none; }
`);

export class EvovoiceDial extends HTMLElement {
  static observedAttributes = ["number", "name"];
  #button = document.createElement("button");
  #words = document.createElement("slot");
  #told = document.createElement("span");
  #isBusy = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [LOOKS];
    this.#button.type = "button";
    this.#button.setAttribute("part", "button");
    this.#told.setAttribute("part", "status");
    this.#told.setAttribute("role", "status");
    this.#button.append(this.#words);
    this.#button.addEventListener("click", () => this.dial());
    root.append(this.#button, this.#told);
  }

  connectedCallback() {
    this.attributeChangedCallback();
  }

  /** The text of a button whose content says nothing. */
  attributeChangedCallback() {
    const name = this.getAttribute("name") || this.getAttribute("number") || "";
    this.#words.textContent = say("call", { name });
  }

  /** As a press does; a browser opens the window only while somebody presses something. */
  dial() {
    if (this.#isBusy) return link.bringForward();
    const asked = wanted({
      number: this.getAttribute("number"), name: this.getAttribute("name"), session: this.getAttribute("session"),
    });
    if (!asked.flaw) return press(asked, (news) => this.#hear(news));
    const number = this.getAttribute("number");
    return this.#hear({ status: "flaw", sentence: say(asked.flaw, { number }) });
  }

  #hear({ status, sessionId = "", memberId = "", sentence = "" }) {
    this.#isBusy = !LAST.has(status);
    this.#button.title = this.#isBusy ? say("toWindow") : "";
    this.dataset.status = status;
    this.#told.textContent = sentence || say(status);
    const detail = { sessionId, memberId, status };
    this.dispatchEvent(new CustomEvent("evovoice-dial", { detail, bubbles: true, composed: true }));
  }
}
customElements.define("evovoice-dial", EvovoiceDial);
