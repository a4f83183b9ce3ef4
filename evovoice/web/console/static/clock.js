/** The server's time, and how long something has been so. */

const SECOND = 1000;
const HOUR = 3600;
const ALLOWED_DRIFT = 2 * SECOND; // the Date header has whole seconds, and an answer takes its time

/** `now`: the machine's time in milliseconds. */
export function createClock(now = Date.now) {
  let ahead = 0; // of the machine's clock, in milliseconds

  return {
    /** Take the server's time from the Date header of an answer that has just come. */
    observe(header) {
      const told = Date.parse(header ?? "");
      if (Number.isNaN(told)) return;
      const drift = told + SECOND / 2 - now();
      if (Math.abs(drift - ahead) > ALLOWED_DRIFT) ahead = drift;
    },
    now: () => now() + ahead,
    /** Since that moment, an ISO date, as `m:ss` or `h:mm:ss`; empty where there is none. */
    since(date) {
      const began = Date.parse(date ?? "");
      return Number.isNaN(began) ? "" : elapsed((now() + ahead - began) / SECOND);
    },
  };
}

/** So many seconds as people read them: `0:07`, `12:04`, `1:02:03`. */
export function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor((whole % HOUR) / 60);
  const rest = two(whole % 60);
  return whole < HOUR ? `${minutes}:${rest}` : `${Math.floor(whole / HOUR)}:${two(minutes)}:${rest}`;
}
