/**
 * Who talks while muted is told so. The phone's own track is silent then, so the microphone is
 * listened to a second time, for as long as that lasts; no sound leaves the page.
 */

const LOUD = 0.03; // of full scale, as a root mean square: speech is above it, a quiet room is not
const FOR = 1000; // milliseconds of speech; pauses between words take back half of themselves
const SAID_AGAIN = 20_000;
const EVERY = 100;

/** `take(level, now)`: whether the person is to be told now. */
export function createSpeech() {
  let talked = 0;
  let last = null;
  let toldAt = -Infinity;

  return {
    take(level, now) {
      const passed = Math.min(now - (last ?? now), 2 * EVERY); // a hidden tab looks less often
      last = now;
      talked = Math.max(0, talked + (level >= LOUD ? passed : -passed / 2));
      if (talked < FOR || now - toldAt < SAID_AGAIN) return false;
      talked = 0;
      toldAt = now;
      return true;
    },
  };
}

/**
 * `open()`: a microphone's {level(), close()}; `timers`: {every, clear}. `tell()`: the person talks.
 * The answer: `phoneIs({callSid, isMuted})`, called at each change.
 */
export function createMutedSpeech({ open, timers, tell, now = Date.now }) {
  let listening = null; // {isOver} of the present mute

  async function listen(mine) {
    const microphone = await open().catch(() => null); // the phone says where there is none
    if (!microphone) return;
    if (mine.isOver) return microphone.close();
    const speech = createSpeech();
    const timer = timers.every(() => speech.take(microphone.level(), now()) && tell(), EVERY);
    mine.end = () => {
      timers.clear(timer);
      microphone.close();
    };
  }

  return {
    phoneIs({ callSid, isMuted }) {
      const isWanted = callSid !== null && isMuted;
      if (isWanted === Boolean(listening)) return undefined;
      if (isWanted) return listen((listening = { isOver: false, end: () => {} }));
      listening.isOver = true;
      listening.end();
      listening = null;
      return undefined;
    },
  };
}

/** On iOS whoever asks for the microphone last has it, and the call would have none. */
const isTakenAway = () => /Apple/.test(navigator.vendor) && navigator.maxTouchPoints > 1;

/** The microphone with that id, or the usual one. */
export async function openMicrophone(id, media = navigator.mediaDevices) {
  if (isTakenAway()) throw new Error("No second microphone here");
  const stream = await media.getUserMedia({ audio: id ? { deviceId: id } : true });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  let context = null;
  try {
    context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const level = () => {
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    };
    const opened = context;
    return { level, close: () => [stop(), opened.close()] };
  } catch (error) {
    stop();
    context?.close();
    throw error;
  }
}
