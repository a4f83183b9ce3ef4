/** The number that a telephone link has brought to the console: filled in, never dialled by itself. */

import { ofLink } from "./dial/number.js";
import { createPasser } from "./passing.js";

const ADDRESS = "/?dial=%s";

/** Take it out of the address, so that a reload does not fill it in again; "" where there is none. */
export function takeBrought({ location, history }) {
  const asked = new URLSearchParams(location.search).get("dial");
  if (asked === null) return "";
  history.replaceState(null, "", location.pathname + location.hash);
  return ofLink(asked);
}

/** Whether the console that is open in another tab has filled it in. `passer`: as in passing.js. */
export async function isShownElsewhere(number, timers, passer = createPasser({ timers })) {
  const open = await passer.find();
  if (!open) return false;
  return (await passer.pass(open, { kind: "fill", number, name: "" })).status === "shown";
}

/** Whether this browser can open telephone links of all pages here. */
export const canOpenLinks = () => window.isSecureContext && "registerProtocolHandler" in navigator;

/** Ask the person, by the browser's own question, whether telephone links are to open here. */
export function openLinksHere() {
  navigator.registerProtocolHandler("tel", location.origin + ADDRESS);
}
