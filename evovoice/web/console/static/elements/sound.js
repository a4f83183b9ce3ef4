/** Microphone and loudspeaker of the phone in this page. */

import { show } from "../parts.js";
import { View } from "./view.js";

const USUAL = "default";

export class SoundView extends View {
  built() {
    const { microphone, speaker, level } = this.parts;
    microphone.addEventListener("change", () => this.#use("useMicrophone", microphone));
    speaker.addEventListener("change", () => this.#use("useSpeaker", speaker));
    this.app.phone.onLevel((loudness) => (level.value = loudness));
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#list());
  }

  open() {
    this.#list();
    this.parentElement.showModal();
  }

  update() {}

  #list() {
    const { parts, say } = this;
    const found = this.app.phone.devices();
    fill(parts.microphone, found.microphones, found.microphone, say("sound.usual"));
    show(parts.speakerRow, Boolean(found.speakers));
    if (found.speakers) fill(parts.speaker, found.speakers, found.speaker, say("sound.usual"));
    show(parts.problem, false);
  }

  async #use(way, select) {
    try {
      await this.app.phone[way](select.value || USUAL);
      show(this.parts.problem, false);
    } catch (error) {
      this.#list();
      this.parts.problem.textContent = error.message;
      show(this.parts.problem, true);
    }
  }
}
customElements.define("evo-sound", SoundView);

function fill(select, devices, chosen, usual) {
  const options = devices.map(({ id, label }) => new Option(label || usual, id, false, id === chosen));
  select.replaceChildren(...(options.length ? options : [new Option(usual, "")]));
}
