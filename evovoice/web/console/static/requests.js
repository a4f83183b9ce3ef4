/** Requests of the console: one press is one thing, however often its request has to be sent. */

const PAUSES = [500, 1500, 4000]; // milliseconds before each repetition
const LONGEST_PAUSE = 10_000;
const TRIED_AGAIN = new Set([0, 500, 502, 503, 504]); // 0: nothing was reached
const FOR_GOOD = "CarrierRefused";

/**
 * `ask(verb, path, body, key)`: as in api.js. `onSignedOut`: called when the service does not know
 * who asks.
 */
export function createRequests({ ask, onSignedOut = () => {}, newKey, wait }) {
  async function repeated(verb, path, body, { dials = false, key = dials ? newKey() : undefined } = {}) {
    const pauses = dials || verb !== "POST" ? PAUSES : [];
    for (let tries = 0; ; tries += 1) {
      try {
        return await ask(verb, path, body, key);
      } catch (error) {
        if (error.status === 401) onSignedOut();
        const isOver = tries >= pauses.length || !TRIED_AGAIN.has(error.status) || error.code === FOR_GOOD;
        if (isOver) throw error;
        await wait(Math.min(LONGEST_PAUSE, Math.max(pauses[tries], (error.retryAfter ?? 0) * 1000)));
      }
    }
  }

  return {
    get: (path) => repeated("GET", path),
    post: (path, body = {}) => repeated("POST", path, body),
    patch: (path, body) => repeated("PATCH", path, body),
    delete: (path) => repeated("DELETE", path),
    /** A request that rings somebody or sends them digits: it carries a key of its own, or that of a press elsewhere, kept over its repetitions. */
    dial: (path, body, key) => repeated("POST", path, body, { dials: true, key }),
    /** Sign in; nobody is signed out by a wrong password. */
    signIn: (body) => ask("POST", "/auth/credentials", body),
  };
}
