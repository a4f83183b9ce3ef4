/** From a press, by mouse or key, to the deed that it stands for. */

import { takesCalls } from "./elements/status.js";

const OF_A_CALL = new Set(["mute", "hold", "keypad", "leave"]);

/** `view(name)`: that element of the page; `wanted(name)`: once it is loaded; `tell(sentence)`. */
export function createPresses({ app, view, wanted, tell, signOut }) {
  const { desk, deeds, reading } = app;

  const page = {
    ready: () => deeds.takeCalls(!takesCalls(desk)),
    sound: () => open("evo-sound"),
    phoneHere: () => app.phoneHere(),
    help: () => open("evo-help"),
    signOut,
    useHere: () => app.listenHere(),
    show: ({ sessionId }) => {
      desk.choose(sessionId);
      reading.front();
    },
    add: () => toField(),
    submitDial: () => view("evo-dial").dial("add"),
    consult: () => view("evo-dial").dial("consult"),
    callBack: ({ button }) => callBack(button.dataset.destination),
    again: ({ button }) => dialAgain(button.dataset.destination),
    dismiss: ({ memberId: id }) => reading.dismiss(desk.front().id, id),
    more: () => view("evo-history").more(),
    digit: ({ button }) => deeds.sendDigits(desk.front(), button.dataset.digit),
    keypad: () => desk.set({ keypad: { isOpen: !desk.keypad.isOpen, digits: "" } }),
  };
  const party = { partyHold: "hold", partyMute: "mute", partyRemove: "remove" };

  async function open(name) {
    (await wanted(name)).open();
  }

  function toField() {
    view("evo-dial input").focus();
    view("evo-dial").scrollIntoView({ block: "nearest" });
  }

  function callBack(destination) {
    app.goTo("/");
    view("evo-dial").fill(destination);
  }

  function dialAgain(destination) {
    const front = desk.front();
    return deeds.dial("add", front, { destination, name: "" });
  }

  function press(deed, context) {
    const session = desk.store.get(context.sessionId) ?? desk.front();
    if (page[deed]) return page[deed](context);
    if (!session) return undefined;
    const actions = desk.actionsOf(session);
    if (party[deed]) {
      const name = party[deed];
      return deeds.party[name](session, context.memberId, actions.members[context.memberId][name]);
    }
    return deeds.call[deed](session, actions[deed]);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-deed]");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    press(button.dataset.deed, {
      button,
      sessionId: button.closest("[data-session]")?.dataset.session,
      memberId: button.closest("[data-member]")?.dataset.member,
    });
  });

  // --- by keys: they press the button of that deed, so that what it says counts ---

  const places = {
    mute: 'evo-call [data-deed="mute"]', hold: 'evo-call [data-deed="hold"]',
    keypad: 'evo-call [data-deed="keypad"]', leave: 'evo-call [data-deed="leave"]',
    ready: 'evo-status [data-deed="ready"]', help: 'evo-status [data-deed="help"]',
    answer: 'evo-incoming [data-deed="answer"]',
  };

  function byKey(deed) {
    if (deed === "add") return toField() ?? true;
    if (deed === "notes") return focus("evo-call textarea");
    if (deed === "toolbar") return focus('evo-call [role="toolbar"] button[tabindex="0"]');
    if (deed.startsWith("party ")) return toParty(Number(deed.slice("party ".length)));
    const button = view(places[deed]);
    if (!button?.offsetParent) return noCall(deed);
    if (button.getAttribute("aria-disabled") === "true") button.focus();
    else button.click();
    return true;
  }

  /** Keys for a call say so where there is none. */
  function noCall(deed) {
    if (OF_A_CALL.has(deed) && !desk.front()) tell(app.say("why.noCall"));
    return false;
  }

  function toParty(number) {
    const rows = document.querySelectorAll("evo-call .parties:not(.failed) > li");
    const row = rows[number - 1];
    const target = row?.querySelector("button:not([hidden])") ?? row?.querySelector("[tabindex]");
    target?.focus();
    return Boolean(target);
  }

  function focus(selector) {
    const node = view(selector);
    if (!node?.offsetParent) return false;
    node.focus();
    return true;
  }

  return { byKey };
}
