/** All sessions that the page knows, each as the newest answer or event has told it. */

const MOST_ENDED = 50; // kept to be shown as recent

/**
 * `onChange(after, before)`: called for each session that has changed. `own()`: the id of the user.
 * `wasMine` is added to a session in which they had a part: once they have left, events do not name
 * them any more.
 */
export function createStore(onChange = () => {}, own = () => null) {
  const sessions = new Map();

  function put(session) {
    const before = sessions.get(session.id);
    const wasMine = Boolean(before?.wasMine) || hasPart(session, own());
    const told = { ...session, wasMine };
    const after = withPart(before ? newer(before, told) : told, wasMine);
    if (after === before) return false;
    sessions.set(after.id, after);
    forgetOld(sessions);
    onChange(after, before);
    return true;
  }

  return {
    put,
    /** A complete list of what has not ended, read after it was asked for: the rest has ended. */
    putAll(list, known) {
      for (const session of list) put(session);
      const told = new Set(list.map((session) => session.id));
      return known.filter((id) => !told.has(id) && sessions.get(id) && !sessions.get(id).ended);
    },
    get: (id) => sessions.get(id),
    /** Newest first. */
    all: () => [...sessions.values()].sort((a, b) => (a.dateCreated < b.dateCreated ? 1 : -1)),
    clear: () => sessions.clear(),
  };
}

const NOTE = "AddSessionLog"; // at any time, by whoever had the call

/** Also an older state, such as the answer that an event has overtaken, tells of that part. */
const withPart = (session, wasMine) => (session.wasMine === wasMine ? session : { ...session, wasMine });

function hasPart(session, userId) {
  const isUp = ({ callState }) => callState === "Connected" || callState === "Hold";
  const answered = (one) => isUp(one) || Boolean(one.applicationData?.answeredAt);
  const isIn = session.members.some((one) => one.endpointId === userId && answered(one));
  return isIn || Boolean(session.allowed?.includes(NOTE));
}

/**
 * Of two states of one session the later one. What has ended stays so. Only an answer tells what is
 * allowed: of the same version it completes an event, and an event takes nothing of it away.
 */
export function newer(known, told) {
  if (known.ended && !told.ended) return known;
  if (told.ended && !known.ended) return told;
  if (told.version > known.version) return told;
  if (told.version < known.version) return known;
  return told.allowed && !known.allowed ? told : known;
}

function forgetOld(sessions) {
  const ended = [...sessions.values()].filter((session) => session.ended);
  if (ended.length <= MOST_ENDED) return;
  const oldest = ended.reduce((a, b) => (a.dateCreated < b.dateCreated ? a : b));
  sessions.delete(oldest.id);
}
