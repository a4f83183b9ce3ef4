/** Calls that ring for the agent: first in the page, and no dialog over it. */

import { readable } from "../numbers.js";
import { keyed, press, rowOf, runSince, show, write } from "../parts.js";
import { ownLeg } from "../rights.js";
import { View } from "./view.js";

export class IncomingView extends View {
  update() {
    const { desk } = this.app;
    const ringing = desk.me ? desk.ringing().filter((one) => one.id !== desk.phone.answersItself) : [];
    keyed(this.parts.list, ringing, (one) => one.id, () =>
      rowOf("evo-ring", this.say, (parts, session, node) => this.#ring(parts, session, node)));
  }

  #ring(parts, session, node) {
    const { desk } = this.app;
    const actions = desk.actionsOf(session);
    node.dataset.session = session.id;
    const isPlaced = session.createdBy === desk.me.id;
    const to = session.toAddress;
    const key = isPlaced ? "incoming.placed" : to ? "incoming.calls" : "incoming.callsYou";
    write(parts.who, readable(this.say(key, { name: session.displayName, number: to })));
    runSince(parts.time, ownLeg(session, desk.me)?.applicationData?.addedAt ?? session.dateCreated);
    write(parts.hint, actions.answer.shown || isPlaced ? "" : this.say("incoming.elsewhere"));
    press(parts.answer, actions.answer, this.say);
    press(parts.decline, actions.decline, this.say);
    press(parts.silence, actions.silence, this.say);
    const problem = desk.problemAt(`${session.id} decline`);
    write(parts.problem, problem);
    show(parts.problem, Boolean(problem));
  }
}
customElements.define("evo-incoming", IncomingView);
