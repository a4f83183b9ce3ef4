/** Numbers that other pages of our origin pass to the console: filled in, or dialled as a press does. */

import { answerPassers } from "./passing.js";

/** `fill(number)`: into the field of the page; `attend(name)`: the person is to look here. */
export function takeNumbers({ desk, deeds, reading, fill, attend }) {
  async function take(wish) {
    attend(wish.name || wish.number);
    if (wish.kind === "fill") return shown(wish);
    const session = wish.sessionId ? await sessionOf(wish.sessionId) : null;
    if (wish.sessionId && !session) return { status: "refused", sentence: "" };
    const { number: destination, name, press } = wish;
    const placed = await deeds.dial(session ? "add" : "call", session, { destination, name, press });
    if (placed) return { status: "dialled", sessionId: placed.id };
    return { status: "refused", sentence: desk.problemAt("dial") || desk.problemAt("phone") };
  }

  function shown({ number }) {
    fill(number);
    return { status: "shown" };
  }

  async function sessionOf(id) {
    if (!desk.store.get(id)) await reading.one(id).catch(() => {});
    return desk.store.get(id);
  }

  answerPassers({ takes: () => desk.me !== null && desk.phone.leads, take });
}
