/** The small window behind dial buttons in other pages: it is ours, so the sign-in stays with us. */

import { announcer } from "../announce.js";
import { ask } from "../api.js";
import { readable } from "../numbers.js";
import { fillTexts, keyed, rowOf, show, write } from "../parts.js";
import { createSay } from "../say.js";
import { createPasser } from "../passing.js";
import { dialTexts } from "../texts/dial_en.js";
import { createFollowing } from "./following.js";
import { createGate } from "./gate.js";
import { LAST } from "./link.js";
import { createDialPresses } from "./presses.js";

const say = createSay(dialTexts);
const at = (id) => document.getElementById(id);
const timers = { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) };
const { say: tell } = announcer(at("said"), at("cried"));
const { origin } = document.body.dataset;
const CLOSES_AFTER = 1500; // milliseconds, in which the page hears the last of it
const presses = createDialPresses({
  ask, say, changed, passer: createPasser({ timers }), wait: (ms) => new Promise((done) => timers.set(done, ms)),
});
const follow = createFollowing({ presses, timers });
const gate = createGate({
  opener: window.opener, origin, nonce: location.hash.slice(1),
  onMessage: (hear) => window.addEventListener("message", hear),
  hear: (wish) => presses.take(wish),
});

function changed(one) {
  const { press, status, sessionId, memberId, sentence } = one;
  gate.tell(press, { status, sessionId, memberId, sentence });
  paint();
  tell(`${nameOf(one)}: ${sentence || say(status)}`);
  if (status === "choosing" || status === "signIn") window.focus();
  follow();
  if (isOver()) timers.set(() => isOver() && window.close(), CLOSES_AFTER);
}

/** The console shows all of it, and nothing is to be followed any more. */
const isOver = () => presses.all().every((one) => one.isPassed && LAST.has(one.status));

const nameOf = ({ name, number }) => name || readable(number);

// --- what is shown ------------------------------------------------------------------------------

function paint() {
  const all = presses.all();
  const isSignedOut = all.some((one) => one.status === "signIn");
  const isPassed = all.some((one) => one.isPassed);
  const flaw = origin ? "noOpener" : "notAllowed";
  write(at("heading"), gate.isOpen ? say("heading", { site: origin }) : say("title"));
  write(at("hint"), say(gate.isOpen ? (isPassed ? "inConsole" : all.length ? "leaveOpen" : "nobody") : flaw));
  show(at("sign-in"), isSignedOut);
  keyed(at("presses"), all, (one) => one.press, () =>
    rowOf("dial-press", say, (parts, one) => {
      write(parts.name, nameOf(one));
      write(parts.state, one.sentence || say(one.status === "signIn" ? "waiting" : one.status));
      show(parts.choose, one.choices.length > 0);
      write(parts.question, one.choices.length ? say("choose", { name: nameOf(one) }) : "");
      choices(parts.calls, one);
    }));
}

function choices(list, one) {
  keyed(list, one.choices, (session) => session.id, (session) => {
    const node = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => presses.choose(one.press, session.id));
    node.append(button);
    return { node, update: (now) => write(button, say("withWhom", { name: readable(now.displayName) })) };
  });
}

at("go-on").addEventListener("click", () => presses.again());
at("close").addEventListener("click", () => window.close());
window.addEventListener("focus", () => presses.again());
fillTexts(document, say);
document.title = say("title");
paint();
