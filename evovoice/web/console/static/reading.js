/** Reads what the page shows from the service, and again wherever events may have been missed. */

import { memberId, ownLeg } from "./rights.js";

const FAILED_SHOWN = 30_000; // milliseconds
const RECENT = 12;
const LINES = 200;

/** `desk`: what is known; `requests`: how the service is asked. */
export function createReading({ desk, requests, clock, timers }) {
  const { store } = desk;
  const logs = new Map(); // what is being read, by session

  /** Everything: after signing in, a lost stream, a reload. Gives the answer to GET /sessions/my. */
  async function all() {
    const known = desk.live().concat(desk.ringing()).map((one) => one.id);
    const [mine, presence] = await Promise.all([
      requests.get("/sessions/my"), requests.get("/app/presence"),
    ]);
    desk.set({ presence });
    for (const id of store.putAll(mine.sessions, known)) one(id);
    recent().catch(() => {});
    front();
    return mine.sessions;
  }

  async function one(id) {
    try {
      store.put(await requests.get(`/sessions/${encodeURIComponent(id)}`));
    } catch (error) {
      if (error.status !== 404) throw error;
    }
  }

  async function recent() {
    const found = await requests.get(
      `/sessions?endpointIds=${encodeURIComponent(desk.me.id)}&countPerPage=${RECENT}&sortField=dateCreated&sortOrder=Descend`,
    );
    desk.set({ recent: found.items });
  }

  /** What belongs to the call in front: its timeline, and who was not reached. */
  function front() {
    const session = desk.me && desk.front();
    if (!session) return;
    log(session.id);
    failed(session.id);
  }

  /** Lines that are not here yet; asked for once at a time. */
  function log(id) {
    const under = logs.get(id) ?? Promise.resolve();
    const next = under.then(() => readLog(id)).catch(() => {});
    logs.set(id, next);
    return next;
  }

  async function readLog(id) {
    const lines = desk.logs.get(id) ?? [];
    const after = lines.at(-1)?.sequence ?? 0;
    const path = `/sessions/${encodeURIComponent(id)}/events?after=${after}&count=${LINES}`;
    const { events } = await requests.get(path);
    if (events.length) desk.logs.set(id, [...lines, ...events]);
    desk.set({});
  }

  /** Parties that were not reached within the last half minute, unless somebody stopped it. */
  async function failed(id) {
    const { members } = await requests.get(
      `/sessions/${encodeURIComponent(id)}/conference/members?includeEnded=true`,
    );
    const isRecent = ({ endedAt, reasonCode }) =>
      reasonCode && reasonCode !== "canceled" && clock.now() - Date.parse(endedAt ?? "") < FAILED_SHOWN;
    const shown = members.filter((member) => isRecent(member.applicationData ?? {}));
    const before = desk.failed.get(id) ?? [];
    desk.failed.set(id, shown);
    for (const member of shown) timers.set(() => dismiss(id, memberId(member)), FAILED_SHOWN);
    desk.set({});
    return shown.filter((member) => !before.some((other) => memberId(other) === memberId(member)));
  }

  function dismiss(id, member) {
    const left = (desk.failed.get(id) ?? []).filter((one) => memberId(one) !== member);
    desk.failed.set(id, left);
    desk.set({});
  }

  /** A session has changed: what has to be read besides, since no event carries it. */
  function changed(after, before) {
    if (after.ended && !before?.ended) recent().catch(() => {});
    // what may be done with a call that one has left depends on how, and no event tells it
    const hasLeft = after.wasMine && !after.ended && !ownLeg(after, desk.me);
    if (hasLeft && !after.allowed) one(after.id).catch(() => {});
  }

  return { all, one, front, log, failed, dismiss, changed };
}
