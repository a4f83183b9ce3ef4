/** What each press asks of the service, and when that is so. The page never guesses: it waits. */

import { LATE } from "./desk.js";
import { liveTransfer, memberId, ownLeg } from "./rights.js";
import { sentenceOf } from "./say.js";

const SURE_WITHIN = 3000; // milliseconds between the two presses that end a call for all

const inCall = (session) => `/sessions/${encodeURIComponent(session.id)}`;
const ofMember = (session, id) => `${inCall(session)}/conference/members/${encodeURIComponent(id)}`;
const ofTransfer = (session) => `${inCall(session)}/transfers/${encodeURIComponent(liveTransfer(session).id)}`;
const find = (session, id) => session.members.find((one) => memberId(one) === id);
const others = (session, me) => session.members.filter((one) => one !== ownLeg(session, me));
const isHeld = (member) => member.callState === "Hold";

/** `phone`: as in phone_link.js. */
export function createDeeds({ desk, requests, say, timers, phone }) {
  const { store } = desk;

  /** Ask for something; what comes back is shown, and an error stands where it was pressed. */
  async function ask(session, key, text, isDone, request) {
    desk.solve(`${session.id} ${key}`);
    desk.wish(session.id, key, text, isDone);
    try {
      const answer = await request();
      if (answer?.id) store.put(answer);
    } catch (error) {
      desk.unwish(session.id, key);
      desk.problem(`${session.id} ${key}`, sentenceOf(say, error));
    }
  }

  let underway = Promise.resolve(); // digits that the service sends, one request after the other
  const isHere = (own) => desk.phone.callSid !== null && desk.phone.callSid === own?.callSid;

  const call = {
    decline: (session) =>
      ask(session, "decline", "wish.decline", (now) => !ownLeg(now, desk.me), async () => {
        if (desk.phone.ringing) phone.decline();
        return requests.post(`${inCall(session)}/reject`);
      }),
    answer: () => phone.answer(),
    silence: () => phone.silence(),
    mute: (session, { pressed }) => {
      const own = ownLeg(session, desk.me);
      if (isHere(own)) phone.setMuted(!pressed);
      if (isHere(own) && !(own.muted && pressed)) return undefined;
      return patch(session, memberId(own), "mute", "muted", !pressed, "mute");
    },
    hold: (session, { pressed }) => {
      const isDone = (now) => others(now, desk.me).every((one) => isHeld(one) !== pressed);
      const way = pressed ? "resume" : "hold";
      return ask(session, "hold", `wish.${way}`, isDone, () => requests.post(`${inCall(session)}/${way}`));
    },
    leave: (session, { operation }) => {
      const isDone = (now) => !ownLeg(now, desk.me);
      return ask(session, "leave", "wish.leave", isDone, () => {
        if (operation === "EndSession") return requests.delete(inCall(session));
        if (isHere(ownLeg(session, desk.me))) return phone.hangUp(); // also where the service is away
        return requests.post(`${inCall(session)}/conference/leave`);
      });
    },
    endAll: (session) => {
      if (desk.armed !== session.id) return arm(session);
      desk.set({ armed: null });
      return ask(session, "endAll", "wish.endAll", (now) => now.ended, () => requests.delete(inCall(session)));
    },
    handOver: (session) =>
      ask(session, "handOver", "wish.handOver", (now) => !liveTransfer(now), () =>
        requests.post(`${ofTransfer(session)}/complete`)),
    allTalk: (session) =>
      ask(session, "allTalk", "wish.allTalk", (now) => !liveTransfer(now), () =>
        requests.post(`${ofTransfer(session)}/complete`, { join: true })),
    back: (session) =>
      ask(session, "back", "wish.back", (now) => !liveTransfer(now), () => requests.delete(ofTransfer(session))),
    swap: (session) => {
      const before = session.transfer.state;
      return ask(session, "swap", "wish.swap", (now) => now.transfer?.state !== before, () =>
        requests.post(`${ofTransfer(session)}/swap`));
    },
    comeBack: (session) =>
      ask(session, "comeBack", "wish.comeBack", (now) => Boolean(ownLeg(now, desk.me)), () =>
        desk.phone.isHere
          ? phone.takeBack()
          : requests.dial(`${inCall(session)}/conference/members`, { destination: desk.me.id })),
  };

  const party = {
    hold: (session, id, { pressed }) =>
      patch(session, id, `hold ${id}`, "hold", !pressed, pressed ? "resume" : "hold"),
    mute: (session, id, { pressed }) =>
      patch(session, id, `mute ${id}`, "muted", !pressed, pressed ? "unmute" : "mute"),
    remove: (session, id, { label }) =>
      ask(session, `remove ${id}`, label === "do.cancel" ? "wish.cancel" : "wish.remove",
        (now) => !find(now, id), () => requests.delete(ofMember(session, id))),
  };

  function patch(session, id, key, field, value, wish) {
    const isSo = { hold: isHeld, muted: (member) => member.muted };
    const isDone = (now) => !find(now, id) || isSo[field](find(now, id)) === value;
    return ask(session, key, `wish.${wish}`, isDone, () =>
      requests.patch(ofMember(session, id), { [field]: value }));
  }

  function arm(session) {
    desk.set({ armed: session.id });
    timers.set(() => desk.armed === session.id && desk.set({ armed: null }), SURE_WITHIN);
  }

  /**
   * Ring somebody: into that call, in a consultation of it, or from one's own device. `wanted`: {destination,
   * name, places, fromNumber, humanOnly, press}; `press`: the key of a press in another page. The session, null
   * where it is refused.
   */
  async function dial(kind, session, wanted) {
    const { destination, name, press } = wanted;
    const body = dialled(kind, wanted);
    desk.solve("dial");
    const wish = say(`wish.${kind}`, { name: name || destination });
    desk.set({ dialling: wish });
    const late = timers.set(() => desk.set({ dialling: say("wish.dialLate", { wish }) }), LATE);
    try {
      const path = kind === "call" ? "" : inCall(session) + DIALS[kind];
      const answer = await (path ? requests.dial(path, body, press) : place(body, press));
      if (!answer) return null;
      store.put(answer);
      desk.choose(answer.id);
      return answer;
    } catch (error) {
      desk.problem("dial", sentenceOf(say, error, { destination: name || destination }));
      return null;
    } finally {
      timers.clear(late);
      desk.set({ dialling: "" });
    }
  }

  /** From the phone of this page, which answers what it has placed; else from one's own device. */
  async function place(body, press) {
    const { isHere: isInPage, isOn } = desk.phone;
    if (!isInPage || (press && !isOn)) return requests.dial("/calls", body, press);
    if (!isOn) await phone.start();
    return phone.dial(body.destination, body.fromNumber, press);
  }

  async function sendDigits(session, digits) {
    desk.set({ keypad: { isOpen: true, digits: (desk.keypad.digits + digits).slice(-24) } });
    const own = ownLeg(session, desk.me);
    if (isHere(own)) return phone.sendDigits(digits);
    const to = keypadParty(session, desk.me);
    if (!to) return undefined;
    underway = underway.then(() => sendInOrder(session, to, digits));
    return underway;
  }

  async function sendInOrder(session, to, digits) {
    try {
      await requests.dial(`${ofMember(session, memberId(to))}/digits`, { digits });
    } catch (error) {
      desk.problem("keypad", sentenceOf(say, error));
    }
  }

  /** With a phone in this page that is registered, or not; without one the service alone is told. */
  function takeCalls(yes) {
    desk.solve("phone");
    if (desk.phone.isHere) return yes ? phone.start() : phone.stop();
    return setPresence(yes ? "Ready" : "NotReady");
  }

  async function setPresence(agentState) {
    desk.solve("presence");
    try {
      desk.set({ presence: await requests.patch("/app/presence", { agentState }) });
    } catch (error) {
      desk.problem("presence", sentenceOf(say, error));
    }
  }

  return { call, party, dial, sendDigits, takeCalls };
}

/** An add rings all the places of a person in turn, and passes by a voicemail where that is wanted. */
function dialled(kind, { destination, places = [], fromNumber, humanOnly = false }) {
  const isList = kind === "add" && places.length > 1;
  return {
    ...(isList ? { destinations: places } : { destination }),
    ...(fromNumber ? { fromNumber } : {}),
    ...(kind === "add" && humanOnly ? { humanOnly } : {}),
  };
}

const DIALS = { add: "/conference/members", consult: "/transfers" };

/** To whom the service sends keys: the party that was added last and talks. */
export function keypadParty(session, me) {
  const talking = others(session, me).filter((one) => one.callState === "Connected");
  return talking.at(-1) ?? null;
}
