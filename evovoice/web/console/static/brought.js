/** The number that a telephone link has brought to the console: filled in, never dialled by itself. */

import { ofLink } from "./dial/number.js";

const ADDRESS = "/?dial=%s";

/** Take it out of the address, so that a reload does not fill it in again; "" where there is none. */
export function takeBrought({ location, history }) {
  const asked = new URLSearchParams(location.search).get("dial");
  if (asked === null) return "";
  history.replaceState(null, "", location.pathname + location.hash);
  return ofLink(asked);
}

/** Whether this browser can open telephone links of all pages here. */
export const canOpenLinks = () => window.isSecureContext && "registerProtocolHandler" in navigator;

/** Ask the person, by the browser's own question, whether telephone links are to open here. */
export function openLinksHere() {
  navigator.registerProtocolHandler("tel", location.origin + ADDRESS);
}
