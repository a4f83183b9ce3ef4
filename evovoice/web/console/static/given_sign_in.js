/** Whom the page's address signs in: an e-mail address, and on this machine alone a password. */

const OWN_MACHINE = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * What stands behind `#`: `ann@acme.test`, or `ann@acme.test:password` as a demonstration prints
 * it. The password counts where the service is on this machine: elsewhere a link from a stranger
 * would sign an agent in as somebody else. Null where there is no e-mail address.
 */
export function givenSignIn({ hash, hostname }) {
  const given = unescaped(hash.slice(1));
  if (!given.includes("@")) return null;
  const end = given.indexOf(":");
  if (end < 0) return { email: given, password: "" };
  return { email: given.slice(0, end), password: OWN_MACHINE.has(hostname) ? given.slice(end + 1) : "" };
}

/** The address without the password: nobody is to find it in the history of the browser. */
export function withoutPassword({ pathname, search }, email) {
  return `${pathname}${search}#${email}`;
}

function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
