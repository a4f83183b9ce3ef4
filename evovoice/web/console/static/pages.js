/** The pages of the one document: leaving it would hang up the call, so addresses change in place. */

/** `onChange()`: another page is shown. */
export function createPages({ say, onChange }) {
  const mains = [...document.querySelectorAll("main[data-page]")];
  let isOpen = false; // nothing is shown before somebody has signed in

  const page = () => (mains.some((one) => one.dataset.page === location.pathname) ? location.pathname : "/");

  function show() {
    isOpen = true;
    for (const one of mains) one.hidden = one.dataset.page !== page();
    for (const link of document.querySelectorAll("a[data-link]")) {
      if (new URL(link.href).pathname === page()) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    onChange();
  }

  function goTo(path) {
    if (path !== location.pathname) history.pushState(null, "", path);
    show();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-link]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(new URL(link.href).pathname);
  });
  window.addEventListener("popstate", () => isOpen && show());

  /** The title says who calls, or with whom one talks. */
  function name(desk) {
    const [ringing] = desk.me ? desk.ringing() : [];
    const front = desk.me ? desk.front() : null;
    const talks = front && !front.ended ? say("title.call", { name: front.displayName }) : say("title");
    const title = ringing ? say("title.ringing", { name: ringing.displayName }) : talks;
    if (document.title !== title) document.title = title;
  }

  return { page, show, goTo, name };
}
