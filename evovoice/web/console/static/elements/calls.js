/** The agent's calls: those that go on, and whom they talked with last. */

import { elapsed } from "../clock.js";
import { keyed, mark, press, rowOf, runSince, show, write, writeName } from "../parts.js";
import { stateOf } from "../standing.js";
import { View } from "./view.js";

const SHOWN = 8;

export class CallsView extends View {
  update() {
    const { desk } = this.app;
    const live = desk.me ? desk.live() : [];
    const front = desk.me ? desk.front() : null;
    keyed(this.parts.live, live, (one) => one.id, () =>
      rowOf("evo-call-row", this.say, (parts, session, node) => {
        node.dataset.session = session.id;
        writeName(parts.name, session.displayName);
        const state = stateOf(session, desk.me);
        write(parts.state, this.say(`state.${state}`));
        mark(parts.state, "data-state", state);
        runSince(parts.time, startOf(session));
        mark(parts.show, "aria-current", session.id === front?.id ? "true" : null);
      }));
    show(this.parts.none, live.length === 0);
    const known = new Set(live.map((one) => one.id));
    const recent = desk.recent.filter((one) => one.ended && !known.has(one.id)).slice(0, SHOWN);
    keyed(this.parts.recent, recent, (one) => one.id, () =>
      rowOf("evo-recent-row", this.say, (parts, session) => this.#recent(parts, session)));
    show(this.parts.noneRecent, recent.length === 0);
  }

  #recent(parts, session) {
    writeName(parts.name, session.displayName);
    write(parts.how, outcomeOf(this.say, session));
    write(parts.when, this.say.time(session.dateCreated));
    const to = callBackTo(session);
    press(parts.again, { shown: Boolean(to), allowed: true, label: "do.call" }, this.say, session.displayName);
    if (to) parts.again.dataset.destination = to;
  }
}
customElements.define("evo-calls", CallsView);

/** Since when people have talked, else since when it has been there. */
export function startOf(session) {
  const answered = session.members.map((one) => one.applicationData?.answeredAt).filter(Boolean).sort();
  return session.callState === "Ringing" ? session.dateCreated : answered[0] ?? session.dateCreated;
}

export function lengthOf(session) {
  const end = Date.parse(session.dateCompleted ?? "");
  return Number.isNaN(end) ? "" : elapsed((end - Date.parse(startOf(session))) / 1000);
}

export function outcomeOf(say, session) {
  const direction = say(`direction.${session.direction}`);
  const key = `outcome.${session.outcome}`;
  return `${direction}, ${say(say.has(key) ? key : "outcome").toLowerCase()}`;
}

/** What to call to reach the other side of that call again. */
export function callBackTo(session) {
  return session.direction === "Incoming" ? session.callbackNumber : session.toAddress;
}
