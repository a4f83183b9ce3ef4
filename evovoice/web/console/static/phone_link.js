/** The phone of this page, as the console sees it: what rings, what is up, and whether it is ready. */

import { AgentPhone } from "./agent_phone.js";
import { lead } from "./leader.js";
import { noPhone } from "./phone/none.js";
import { isLibraryThere, twilioPhone } from "./phone/twilio.js";
import { en, textsIn } from "./texts/en.js";
import { view } from "./view.js";

const texts = textsIn(en);
const text = ({ key, facts }) => texts(key, facts);

/** `ask` as in api.js; `hear(facts)`: what has changed; `tell(sentence)`: for the person. */
export function createPhoneLink({ ask, hear, tell }) {
  const phone = choosePhone(ask);
  const agent = new AgentPhone({ ask, phone, hear: (known) => hear(factsOf(known)), tell: told });
  let leader = null;

  function told(key, facts) {
    tell(text({ key, facts }));
  }

  return {
    facts: () => factsOf(agent.known),
    text,
    /** `sessions`: those of that user, as they have been read just now. */
    signedIn({ id, name }, sessions) {
      agent.signedIn({ name, endpointId: id }, sessions);
      if (!navigator.locks) return agent.tabIs("here"); // without https, where no page has a phone
      leader ??= lead({
        onChange: (tab) => agent.tabIs(tab),
        isBusy: () => agent.known.phone.call !== null,
        letGo: () => agent.stop(),
      });
      return undefined;
    },
    streamIs: (state) => agent.streamIs(state),
    sessionsAre: (sessions) => agent.sessionsAre(sessions),
    /** The machine has slept. */
    wake: () => phone.wake(),
    start: () => agent.start(),
    stop: () => agent.stop(),
    answer: () => agent.answer(),
    decline: () => agent.decline(),
    silence: () => agent.silence(),
    setMuted: (yes) => phone.setMuted(yes),
    sendDigits: (digits) => agent.sendDigits(digits),
    hangUp: () => agent.hangUp(),
    takeBack: () => agent.takeBack(),
    /** Place a call that this phone answers by itself; the session, null where it is refused. */
    dial: (destination, fromNumber, key) => agent.dial(destination, fromNumber, key),
    /** `taken`, or `busy` where a call goes on in the other tab. */
    take: () => leader?.take(),
    devices: () => phone.devices(),
    useMicrophone: (id) => phone.useMicrophone(id),
    useSpeaker: (id) => phone.useSpeaker(id),
    onLevel: (hearLevel) => phone.onLevel(hearLevel),
  };
}

function choosePhone(ask) {
  if (!window.isSecureContext) return noPhone("insecurePage");
  if (!isLibraryThere()) return noPhone("libraryMissing");
  return twilioPhone(async () => {
    const config = await ask("GET", "/app/config?deviceType=Web");
    return { token: config.accessToken, gateway: config.deviceGateway, edge: config.deviceEdge };
  });
}

/** Whether the service is heard, the console says itself. */
const isOfPhone = ({ key }) => key !== "streamLost";

/** What the console needs to know: no word of a carrier, and nothing that the service knows better. */
function factsOf(known) {
  const { call, registration } = known.phone;
  const isRinging = call?.phase === "ringing";
  return {
    isKnown: true,
    isThere: known.isThere,
    leads: known.tab === "here",
    isHere: known.isThere && known.tab === "here",
    isOn: registration !== "off",
    isFailed: known.phone.problem !== null,
    callSid: call && !isRinging ? call.id : null,
    isMuted: Boolean(call?.muted),
    ringing: isRinging ? call.id : null,
    isSilenced: Boolean(call?.silenced),
    answersItself: known.wish?.sessionId ?? null,
    status: view(known).status,
    notices: call?.phase === "reconnecting" ? [{ key: "reconnecting", facts: {} }] : view(known).notices.filter(isOfPhone),
  };
}
