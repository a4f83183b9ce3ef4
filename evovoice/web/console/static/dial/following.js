/** Follows what becomes of presses by the event stream, for as long as any of them goes on. */

import { createStream } from "../stream.js";

/** `presses`: as createDialPresses gives them; the answer is called whenever one of them has changed. */
export function createFollowing({ presses, timers }) {
  let stream = null;

  async function heard(name, data) {
    const id = data.session?.id ?? data.sessionId;
    if (id) await presses.happened(id);
    if (presses.isFollowing()) return;
    stream?.close(); // nothing is followed any more, and a user has few streams
    stream = null;
  }

  return () => {
    if (!presses.isFollowing()) return;
    const look = () => presses.happened(null);
    stream ??= createStream({
      url: "/events?detail=members", fetch: (...asked) => fetch(...asked), timers,
      on: { state: () => {}, open: look, event: heard, poll: look },
    });
    if (!stream.state()) stream.open();
  };
}
