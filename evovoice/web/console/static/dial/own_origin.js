/** A dial button in a page of our own origin: the console that is open takes its number, no window opens. */

import { ask } from "../api.js";
import { createPasser } from "../passing.js";
import { createSay } from "../say.js";
import { newId } from "../new_id.js";
import { dialTexts } from "../texts/dial_en.js";
import { createFollowing } from "./following.js";
import { createDialPresses } from "./presses.js";

/** `timers`: {set, clear}. The answer: `press(wish, hear)`, as of link.js; false where no console is open. */
export function createOwnDial({ timers, passer = createPasser({ timers }) }) {
  const heard = new Map(); // by press
  const say = createSay(dialTexts);
  const presses = createDialPresses({
    ask, say, changed, passer, wait: (ms) => new Promise((done) => timers.set(done, ms)),
  });
  const follow = createFollowing({ presses, timers });

  function changed(one) {
    heard.get(one.press)(one);
    follow();
  }

  return {
    async press(wish, hear) {
      if (!(await passer.find())) return false;
      const press = newId();
      heard.set(press, hear);
      presses.take({ ...wish, press, fills: true });
      return true;
    },
  };
}
