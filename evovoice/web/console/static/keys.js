/** Which deed a key stands for. Single keys can be switched off (WCAG 2.1.4). */

export const SINGLE_KEYS = {
  m: "mute", h: "hold", a: "add", d: "keypad", n: "notes", l: "leave", r: "ready", "?": "help",
};
const KEPT_AS = "evovoice-single-keys"; // "off" in the browser's own storage
const ALWAYS_KEYS = { F2: "answer", F8: "mute" };

/**
 * The deed of a key press, or null. `event`: key and modifiers; `isInField`: whether text is typed;
 * `areOn`: whether single keys count. The digits 1 to 9 are `party 1` to `party 9`.
 */
export function deedOf(event, { isInField, areOn }) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return null;
  if (event.key === "F8" && event.shiftKey) return "toolbar";
  if (ALWAYS_KEYS[event.key]) return ALWAYS_KEYS[event.key];
  if (isInField || !areOn) return null;
  if (/^[1-9]$/.test(event.key)) return `party ${event.key}`;
  return SINGLE_KEYS[event.key.toLowerCase()] ?? null;
}

/** Whether text is typed into that element. */
export function takesText(element) {
  return Boolean(element?.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]"));
}

export const areSingleKeysOn = () => localStorage.getItem(KEPT_AS) !== "off";

export function switchSingleKeys(isOn) {
  localStorage.setItem(KEPT_AS, isOn ? "on" : "off");
}
