/** The phone of this page, loaded once the calls are shown; until then it is not known to be there. */

const NOT_YET = {
  isKnown: false, isThere: false, leads: false, isHere: false, isOn: false, isFailed: false, callSid: null, isMuted: false,
  ringing: null, isSilenced: false, answersItself: null, status: null, notices: [],
};
const ASKED = [
  "signedIn", "streamIs", "sessionsAre", "start", "stop", "answer", "decline", "silence", "setMuted", "sendDigits", "hangUp",
  "takeBack", "dial", "take", "useMicrophone", "useSpeaker", "onLevel", "wake",
];

/**
 * `load()` gives the phone, as phone_link.js has it. What is asked before it is there is done then, in
 * that order.
 */
export function createPhoneLater({ load }) {
  let phone = null;
  let begin = null;
  const loaded = new Promise((done) => (begin = done)).then(load).then((one) => (phone = one));
  const later = (name) => async (...given) => (await loaded)[name](...given);

  return {
    ...Object.fromEntries(ASKED.map((name) => [name, later(name)])),
    begin: () => {
      begin();
      return loaded;
    },
    facts: () => (phone ? phone.facts() : NOT_YET),
    text: (told) => (phone && told ? phone.text(told) : ""),
    devices: () => phone.devices(),
  };
}
