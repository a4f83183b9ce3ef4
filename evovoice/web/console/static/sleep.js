/** Tells that the machine has slept or the tab was frozen: the clock has jumped meanwhile. */

const LOOK_EVERY = 1000;
const SLEPT = 20_000;
const SLEPT_HIDDEN = 90_000; // browsers run the timers of a hidden tab once a minute

/** `woken()`: whatever was connected may be deaf now, and what was told meanwhile is not known. */
export function watchForSleep(woken, {
  every = (run, ms) => setInterval(run, ms), now = () => Date.now(), isHidden = () => document.hidden,
} = {}) {
  let last = now();
  let wasHidden = isHidden();
  every(() => {
    const hasSlept = now() - last > (wasHidden ? SLEPT_HIDDEN : SLEPT);
    last = now();
    wasHidden = isHidden();
    if (hasSlept) woken();
  }, LOOK_EVERY);
}
