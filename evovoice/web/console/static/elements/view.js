/** What all elements of the console have in common: built once, then told when something changes. */

import { build } from "../parts.js";

export class View extends HTMLElement {
  /** Called once by the page; `app`: {desk, deeds, say, clock, requests, go}. */
  begin(app) {
    this.app = app;
    this.say = app.say;
    this.parts = build(this, this.localName, app.say);
    this.built?.();
  }
}
