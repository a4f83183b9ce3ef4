/**
 * The parts of the page: built once out of a `<template>`, then only written to. Whatever is shown is
 * set as text, so that nothing that comes from a call can become part of the page.
 */

import { groupsOf, isNumber, readable } from "./numbers.js";

let reasons = 0;

/** Put what stands in the template into `host`; its parts by the names in `data-part`. */
export function build(host, templateId, say) {
  const content = document.getElementById(templateId).content.cloneNode(true);
  fillTexts(content, say);
  for (const button of content.querySelectorAll("button[data-deed]")) wrap(button);
  const parts = {};
  for (const node of content.querySelectorAll("[data-part]")) parts[node.dataset.part] = node;
  host.append(content);
  return parts;
}

/** Fill in the texts that stand in the page by their keys. */
export function fillTexts(root, say) {
  for (const node of root.querySelectorAll("[data-text]")) write(node, say(node.dataset.text));
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
  }
}

/** A button with a place for the reason why it cannot be pressed. */
function wrap(button) {
  const around = document.createElement("span");
  around.className = "act";
  const why = document.createElement("span");
  why.className = "why";
  why.id = `why-${(reasons += 1)}`;
  button.replaceWith(around);
  around.append(button, why);
}

export function write(node, text) {
  const value = text ?? "";
  if (node.textContent !== value) node.textContent = value;
}

export function show(node, isShown) {
  if (node.hidden === isShown) node.hidden = !isShown;
}

export function mark(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

/** A name, or a number in groups; copied it is E.164, since the gaps are no characters. */
export function writeName(node, name) {
  if (!isNumber(name)) {
    node.classList.remove("number");
    return write(node, name);
  }
  if (node.textContent === name && node.classList.contains("number")) return undefined;
  node.classList.add("number");
  node.replaceChildren(...groupsOf(name).map((group, index) => {
    const part = document.createElement(index ? "i" : "span");
    part.textContent = group;
    return part;
  }));
  return undefined;
}

/** A time that runs since that moment; `tick` of the page keeps it going. */
export function runSince(node, date) {
  if ((node.dataset.since ?? "") !== (date ?? "")) node.dataset.since = date ?? "";
  if (!date) write(node, "");
}

/**
 * Show a button as `actions` has it: shown or not, pressed or not, and if it cannot be pressed then
 * why. It keeps the focus, and says the reason to who gets there by keyboard.
 */
export function press(button, { shown, allowed, reason, pressed, label }, say, name = "") {
  show(button.parentElement, shown);
  show(button, shown);
  if (!shown) return;
  mark(button, "aria-disabled", allowed ? null : "true");
  mark(button, "aria-pressed", pressed === undefined ? null : String(pressed));
  if (label) write(button, say(label));
  if (name) mark(button, "aria-label", say("of", { deed: button.textContent, name }));
  const why = button.nextElementSibling;
  write(why, allowed || !reason ? "" : readable(say(reason, { name })));
  mark(button, "aria-describedby", why.textContent ? why.id : null);
}

/**
 * Make the rows of a list those of `items`, in their order. A row stays the same node as long as its
 * item is there, and keeps its focus. `create(item)` gives {node, update(item)}.
 */
export function keyed(list, items, keyOf, create) {
  const rows = (list.evoRows ??= new Map());
  const left = new Set(rows.keys());
  let place = list.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    left.delete(key);
    let row = rows.get(key);
    if (!row) rows.set(key, (row = create(item)));
    row.update(item);
    if (row.node === place) place = place.nextElementSibling;
    else list.insertBefore(row.node, place);
  }
  for (const key of left) {
    rows.get(key).node.remove();
    rows.delete(key);
  }
}

/** A row of a list: an `li` with what the template says. */
export function rowOf(templateId, say, update) {
  const node = document.createElement("li");
  const parts = build(node, templateId, say);
  return { node, update: (item) => update(parts, item, node) };
}
