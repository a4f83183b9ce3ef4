/** The small window behind dial buttons in other pages: it is ours, so the sign-in stays with us. */

import { announcer } from "../announce.js";
import { ask } from "../api.js";
import { readable } from "../numbers.js";
import { fillTexts, keyed, rowOf, show, write } from "../parts.js";
import { createSay } from "../say.js";
import { createStream } from "../stream.js";
import { dialTexts } from "../texts/dial_en.js";
import { createGate } from "./gate.js";
import { createDialPresses } from "./presses.js";

const say = createSay(dialTexts);
const at = (id) => document.getElementById(id);
const timers = { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) };
const { say: tell } = announcer(at("said"), at("cried"));
const { origin } = document.body.dataset;
let stream = null;

const presses = createDialPresses({
  ask, say, changed, wait: (ms) => new Promise((done) => timers.set(done, ms)),
});
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
  if (presses.isFollowing()) listen();
}

const nameOf = ({ name, number }) => name || readable(number);

// --- what has become of the calls ---------------------------------------------------------------

function listen() {
  stream ??= createStream({
    url: "/events?detail=members", fetch: (...asked) => fetch(...asked), timers,
    on: { state: () => {}, open: () => presses.happened(null), event: heard, poll: () => presses.happened(null) },
  });
  if (!stream.state()) stream.open();
}

async function heard(name, data) {
  const id = data.session?.id ?? data.sessionId;
  if (id) await presses.happened(id);
  if (presses.isFollowing()) return;
  stream?.close(); // nothing is followed any more, and a user has few streams
  stream = null;
}

// --- what is shown ------------------------------------------------------------------------------

function paint() {
  const all = presses.all();
  const isSignedOut = all.some((one) => one.status === "signIn");
  const flaw = origin ? "noOpener" : "notAllowed";
  write(at("heading"), gate.isOpen ? say("heading", { site: origin }) : say("title"));
  write(at("hint"), say(gate.isOpen ? (all.length ? "leaveOpen" : "nobody") : flaw));
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
