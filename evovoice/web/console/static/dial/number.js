/** Telephone numbers as links and attributes have them. Pure; the service judges what can be dialled. */

const DIGITS = /^\+?[\d\s().\-/\u00a0]{2,30}(?:\s?(?:x|ext\.?)\s?\d{1,10})?$/i;
const CALL = /^[\w-]{1,64}$/;
const LONGEST_NAME = 100;

/** What a `tel:` link dials: `tel:+1-202-555-0123;ext=17` -> `+1-202-555-0123 x17`; "" where it is none. */
export function ofLink(link) {
  const found = /^tel:(.*)$/is.exec(String(link ?? "").trim());
  if (!found) return "";
  const [digits, ...rest] = unescaped(found[1]).split(";");
  const parameters = new Map(rest.map((one) => one.toLowerCase().split("=", 2)));
  const context = parameters.get("phone-context") ?? "";
  const whole = /^\+\d/.test(context) && !digits.startsWith("+") ? `${context}${digits}` : digits;
  const extension = parameters.get("ext");
  const number = (extension ? `${whole} x${extension}` : whole).trim();
  return isNumber(number) ? number : "";
}

/** Whether it looks like a telephone number, with or without an extension. */
export function isNumber(text) {
  return DIGITS.test(text) && /\d/.test(text);
}

/**
 * What the attributes of a button ask for: {number, name, session}, or {flaw}: `noNumber`, `badNumber`
 * or `badSession`.
 */
export function wanted({ number, name, session }) {
  const text = String(number ?? "").trim();
  if (!text) return { flaw: "noNumber" };
  const dialled = /^tel:/i.test(text) ? ofLink(text) : text;
  if (!isNumber(dialled)) return { flaw: "badNumber" };
  const call = String(session ?? "").trim();
  if (call && !CALL.test(call)) return { flaw: "badSession" };
  return { number: dialled, name: String(name ?? "").trim().slice(0, LONGEST_NAME), session: call };
}

function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
