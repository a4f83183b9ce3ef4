/** Head of the page: whether it is live, whether the agent takes calls, who is signed in. */

import { mark, runSince, show, write } from "../parts.js";
import { View } from "./view.js";

export class StatusView extends View {
  update() {
    const { desk } = this.app;
    const { parts, say } = this;
    const { phone } = desk;
    const isIn = desk.me !== null;
    write(parts.feed, isIn ? say(`feed.${desk.feed}`) : "");
    mark(parts.feed, "data-state", desk.feed);
    const isSilent = isIn && desk.feed === "lost" && desk.heardAt !== null;
    show(parts.silent, isSilent);
    mark(parts.silent, "data-state", desk.feed);
    runSince(parts.since, isSilent ? desk.heardAt : null);
    show(parts.dot, isIn);
    this.#button(parts.retry, desk.feed === "yielded");
    this.#button(parts.phoneHere, isIn && phone.isThere && !phone.isHere);
    this.#button(parts.sound, phone.isThere);
    this.#button(parts.out, isIn);
    const state = desk.presence?.agentState;
    mark(parts.dot, "data-state", state ?? "Unknown");
    const missed = desk.presence?.agentStateReason === "MissedCall";
    write(parts.state, state ? say(missed ? "presence.missed" : `presence.${state}`) : "");
    write(parts.ready, say(takesCalls(desk) ? "presence.stop" : "presence.start"));
    this.#button(parts.ready, desk.presence !== null && phone.isKnown && (phone.isHere || !phone.isThere));
    const problem = desk.problemAt("phone") || desk.problemAt("presence");
    write(parts.phone, isIn ? [problem, phoneSays(this.app)].filter(Boolean).join(" ") : "");
    parts.phone.classList.toggle("problem", Boolean(problem) || (phone.isHere && phone.isFailed));
    write(parts.who, desk.me?.name ?? "");
  }

  #button(button, isShown) {
    show(button, isShown);
    show(button.parentElement, isShown);
  }
}
customElements.define("evo-status", StatusView);

/** What the phone of this page has to say besides the service's own word on who takes calls. */
function phoneSays({ desk: { phone }, say, phone: { text } }) {
  if (!phone.isKnown) return "";
  if (!phone.isThere) return say("phone.none");
  if (phone.notices.length) return text(phone.notices[0]);
  if (!phone.isHere) return "";
  return phone.isOn || phone.isFailed ? text(phone.status) : say("phone.off");
}

/** Whether the agent takes calls: with a phone in this page only where that is on. */
export function takesCalls({ phone, presence }) {
  return phone.isHere ? phone.isOn : presence?.agentState === "Ready";
}
