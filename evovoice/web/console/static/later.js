/** Parts of the page that nobody needs to see a call: loaded once it is shown, or when wanted. */

const PARTS = {
  "evo-keypad": () => import("./elements/keypad.js"),
  "evo-sign-in": () => import("./elements/sign_in.js"),
  "evo-help": () => import("./elements/help.js"),
  "evo-sound": () => import("./elements/sound.js"),
  "evo-history": () => import("./elements/history.js"),
};

/** `begun(view)`: that element is there by now; `view(name)`: the element of the page; `parts`: how each is loaded. */
export function createLater({ view, begun, parts = PARTS }) {
  const loading = new Map();

  /** The element once its module has made it what it is. */
  function wanted(name) {
    if (!loading.has(name)) loading.set(name, load(name));
    return loading.get(name);
  }

  async function load(name) {
    try {
      await parts[name]();
    } catch (error) {
      loading.delete(name); // the service was away: the next press tries again
      throw error;
    }
    begun(view(name));
    return view(name);
  }

  return {
    wanted,
    all: () => Promise.allSettled(Object.keys(parts).map(wanted)),
  };
}
