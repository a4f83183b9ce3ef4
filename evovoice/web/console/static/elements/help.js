/** The keys, and the switch for single ones. */

import { canOpenLinks, openLinksHere } from "../brought.js";
import { areSingleKeysOn, switchSingleKeys } from "../keys.js";
import { show } from "../parts.js";
import { View } from "./view.js";

const LINES = [
  ["F2", "help.answer"], ["M", "help.mute"], ["F8", "help.mute8"], ["H", "help.hold"], ["A", "help.add"],
  ["D", "help.keypad"], ["N", "help.notes"], ["L", "help.leave"], ["R", "help.ready"], ["1 – 9", "help.party"],
  ["Shift F8", "help.toolbar"], ["Esc", "help.esc"], ["?", "help.help"],
];

export class HelpView extends View {
  built() {
    const { keys, areOn, links } = this.parts;
    for (const [key, text] of LINES) {
      const [term, meaning] = [document.createElement("dt"), document.createElement("dd")];
      const shown = document.createElement("kbd");
      shown.textContent = key;
      term.append(shown);
      meaning.textContent = this.say(text);
      keys.append(term, meaning);
    }
    show(links, canOpenLinks());
    links.addEventListener("click", openLinksHere);
    areOn.checked = areSingleKeysOn();
    areOn.addEventListener("change", () => switchSingleKeys(areOn.checked));
  }

  open() {
    this.parentElement.showModal();
  }

  update() {}
}
customElements.define("evo-help", HelpView);
