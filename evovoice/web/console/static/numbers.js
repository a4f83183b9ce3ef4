/** Telephone numbers as people read and type them. What is sent and copied stays E.164. */

// country codes of one and two digits; all others have three
const SHORT_CODES = new Set(
  ("1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63" +
    " 64 65 66 81 82 84 86 90 91 92 93 94 95 98").split(" "),
);
const NUMBER = /^\+[1-9]\d{3,14}$/;
const TYPED = /^[+\d\s().\-/]*$/;

/** Whether that is a telephone number in E.164. */
export function isNumber(text) {
  return NUMBER.test(text ?? "");
}

/** The groups in which a number is read: `+12025550123` -> `["+1", "202", "555", "0123"]`. */
export function groupsOf(number) {
  const digits = number.slice(1);
  const code = ["1", "7"].includes(digits[0]) ? digits[0] : shortCode(digits) ?? digits.slice(0, 3);
  return [`+${code}`, ...threes(digits.slice(code.length))];
}

/** A sentence with its numbers in groups that no line break parts. */
export function readable(text) {
  return (text ?? "").replace(/\+[1-9]\d{6,14}\b/g, (number) => groupsOf(number).join("\u00a0"));
}

/** What is typed in a field, in groups: an address or a name stays as it is. */
export function asTyped(text) {
  if (!TYPED.test(text)) return text;
  const digits = text.replace(/\D/g, "");
  if (text.trimStart().startsWith("+")) return digits ? groupsOf(`+${digits}`).join(" ").trim() : text;
  return digits.length === 10 && !digits.startsWith("0") ? threes(digits).join(" ") : text;
}

function shortCode(digits) {
  const two = digits.slice(0, 2);
  return SHORT_CODES.has(two) ? two : null;
}

/** Threes, and four at the end where one would be left alone. */
function threes(digits) {
  const groups = [];
  let rest = digits;
  while (rest.length > 4) {
    groups.push(rest.slice(0, 3));
    rest = rest.slice(3);
  }
  return rest ? [...groups, rest] : groups;
}
