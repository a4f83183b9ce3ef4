/** Notices of the desktop: a call that rings while the page is hidden. Answering stays in the page. */

/**
 * `Notice`: the browser's Notification, undefined where it has none; `page`: {isHidden(), front()}.
 * Nothing is asked by itself: `ask` is for a press.
 */
export function createNotices({ Notice, page, say }) {
  const shown = new Map(); // by session

  function close(sessionId) {
    shown.get(sessionId)?.close();
    shown.delete(sessionId);
  }

  function show(session) {
    if (!Notice || Notice.permission !== "granted" || !page.isHidden()) return;
    close(session.id);
    const notice = make(session);
    if (!notice) return;
    notice.onclick = () => {
      page.front();
      close(session.id);
    };
    shown.set(session.id, notice);
  }

  /** A number has come from another page, and this one is not seen. */
  function brought(name) {
    if (!Notice || Notice.permission !== "granted" || !page.isHidden()) return;
    const notice = made(say("said.brought", { name }), { tag: "evovoice number" });
    if (notice) notice.onclick = () => page.front();
  }

  /** One for each session, whichever tab shows it. */
  function make({ id, displayName }) {
    const text = say("said.incoming", { name: displayName });
    return made(text, { body: say("notice.toConsole"), tag: `evovoice ${id}`, requireInteraction: true });
  }

  /** Null where the browser lets no page make one. */
  function made(text, looks) {
    try {
      return new Notice(text, looks);
    } catch {
      return null; // Chrome on Android
    }
  }

  return {
    /** May the desktop be told? The browser asks the person, once. */
    ask: () => (Notice?.permission === "default" ? Notice.requestPermission() : undefined),
    show,
    brought,
    close,
    closeAll: () => [...shown.keys()].forEach(close),
  };
}
