/** Tells whoever talks while the phone of this page is muted; what that takes is loaded with the first mute. */

/** `cry(sentence)`: at once; `phoneIs()` of the answer is called whenever the phone has changed. */
export function createTalksMuted({ desk, phone, say, cry }) {
  let speech = null;

  async function load() {
    const { createMutedSpeech, openMicrophone } = await import("./muted_speech.js");
    const timers = { every: (run, ms) => setInterval(run, ms), clear: (id) => clearInterval(id) };
    const open = () => openMicrophone(phone.devices().microphone);
    const found = createMutedSpeech({ open, timers, tell });
    found.phoneIs(desk.phone);
    return found;
  }

  function tell() {
    const front = desk.front();
    if (front) desk.problem(`${front.id} mute`, say("phone.talksMuted"));
    cry(say("phone.talksMuted"));
  }

  function solve() {
    const place = `${desk.front()?.id} mute`;
    if (desk.problemAt(place) === say("phone.talksMuted")) desk.solve(place);
  }

  return {
    phoneIs() {
      const { callSid, isMuted } = desk.phone;
      speech?.then((one) => one.phoneIs(desk.phone));
      if (callSid && isMuted) speech ??= load();
      else if (speech) solve();
    },
  };
}
