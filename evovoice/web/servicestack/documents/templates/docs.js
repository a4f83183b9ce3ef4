// @ts-check
/**
 * Sends what the forms of /docs hold, and shows what comes back. Whatever is shown is set as
 * text, so that nothing in an answer can become part of the page.
 */
"use strict";

const SHOWN = 200_000; // characters of an answer

/** @template {Element} T @param {string} selector @param {new () => T} kind @param {ParentNode} [within] */
function one(selector, kind, within = document) {
    const found = within.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`${selector} is missing`);
    return found;
}

/** @param {string} tag @param {string} text @param {string} [name] */
function element(tag, text, name = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = name;
    return made;
}

const key = one("#key", HTMLInputElement);

/** @returns {Record<string, string>} */
function authorization() {
    const given = key.value.trim();
    return given ? { Authorization: `Bearer ${given}` } : {};
}

// --- who has signed in ------------------------------------------------------------------------

async function showWho() {
    const response = await fetch("/auth/status", { headers: authorization() });
    const user = await response.json();
    one("#who", HTMLElement).textContent = user.isAuthenticated
        ? `Signed in as ${user.name} (${user.roles.join(", ")}).`
        : "Nobody has signed in.";
}

/** @param {SubmitEvent} event */
async function signIn(event) {
    event.preventDefault();
    const response = await fetch("/auth/credentials", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
            provider: "credentials",
            userName: one("#user", HTMLInputElement).value,
            password: one("#password", HTMLInputElement).value,
            otp: one("#otp", HTMLInputElement).value,
        }),
    });
    if (response.ok) {
        one("#password", HTMLInputElement).value = "";
        one("#otp", HTMLInputElement).value = "";
        await showWho();
    } else {
        const { responseStatus } = await response.json();
        one("#who", HTMLElement).textContent = responseStatus.message;
    }
}

async function signOut() {
    key.value = "";
    await fetch("/auth/logout", { method: "POST" });
    await showWho();
}

// --- one request ------------------------------------------------------------------------------

/** @param {string} text @param {string | undefined} type */
function typed(text, type) {
    if (type === "boolean") return text === "true";
    if (type === "integer" && /^\d+$/.test(text)) return Number(text);
    if (type === "array") return text.split(",").map(part => part.trim());
    return text;
}

/** @param {HTMLFormElement} form */
function built(form) {
    const query = new URLSearchParams();
    /** @type {Record<string, unknown>} */
    const body = {};
    /** @type {Record<string, string>} */
    const headers = { Accept: one("[data-accept]", HTMLSelectElement, form).value, ...authorization() };
    let path = form.dataset.route ?? "";
    for (const field of form.querySelectorAll("[name]")) {
        if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) continue;
        const { place, type } = field.dataset;
        if (place === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(field.value));
        else if (field.value === "") continue;
        else if (place === "query") query.set(field.name, field.value);
        else if (place === "header") headers[field.name] = field.value;
        else body[field.name] = typed(field.value, type);
    }
    const verb = form.dataset.verb ?? "GET";
    const hasBody = form.querySelector("[data-place='body']") !== null && verb !== "GET";
    if (hasBody) headers["Content-Type"] = "application/json";
    const url = query.size ? `${path}?${query}` : path;
    return { url, verb, headers, body: hasBody ? JSON.stringify(body) : undefined };
}

/** @param {string} text @param {string} type */
function readable(text, type) {
    if (!type.includes("json")) return text;
    try {
        return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
        return text;
    }
}

/** @param {ReturnType<typeof built>} request @param {HTMLElement} shown @param {AbortSignal} signal */
async function exchange(request, shown, signal) {
    const { url, verb, headers, body } = request;
    shown.replaceChildren(
        element("h3", "Sent"),
        element("pre", `${verb} ${url}${body ? `\n\n${body}` : ""}`, "sent"),
    );
    const began = performance.now();
    const response = await fetch(url, { method: verb, headers, body, signal });
    const took = Math.round(performance.now() - began);
    const status = `${response.status} ${response.statusText}`.trim();
    const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    const text = element("pre", "", "answer");
    shown.append(
        element("h3", "Answer"),
        element("p", `${status}, after ${took} ms`, response.ok ? "status good" : "status bad"),
        element("pre", lines.join("\n"), "headers"),
        text,
    );
    await read(response, text);
}

/** A stream is shown as it comes. @param {Response} response @param {HTMLElement} text */
async function read(response, text) {
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let whole = "";
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        whole = (whole + decoder.decode(part.value, { stream: true })).slice(-SHOWN);
        text.textContent = whole;
    }
    text.textContent = readable(whole, response.headers.get("Content-Type") ?? "") || "(no body)";
}

/** @param {SubmitEvent} event */
async function send(event) {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement)) return;
    const shown = one("output", HTMLOutputElement, form);
    const stop = one("[data-stop]", HTMLButtonElement, form);
    const abort = new AbortController();
    stop.onclick = () => abort.abort();
    stop.hidden = false;
    try {
        await exchange(built(form), shown, abort.signal);
    } catch (error) {
        const reason = abort.signal.aborted ? "Stopped." : `No answer: ${error}`;
        shown.append(element("p", reason, "status bad"));
    } finally {
        stop.hidden = true;
    }
    await showWho();
}

// --- finding ----------------------------------------------------------------------------------

function find() {
    const wanted = one("#find", HTMLInputElement).value.trim().toLowerCase();
    for (const group of document.querySelectorAll(".group")) {
        let seen = 0;
        for (const entry of group.querySelectorAll("details")) {
            const summary = entry.querySelector("summary")?.textContent ?? "";
            const about = entry.querySelector(".inside > p")?.textContent ?? "";
            const fits = `${summary} ${about}`.toLowerCase().includes(wanted);
            entry.hidden = !fits;
            seen += fits ? 1 : 0;
        }
        group.toggleAttribute("hidden", seen === 0);
    }
}

function openNamed() {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (named instanceof HTMLDetailsElement) {
        one("#find", HTMLInputElement).value = "";
        find();
        named.open = true;
        named.scrollIntoView();
    }
}

document.querySelectorAll("form.try").forEach(form => {
    if (form instanceof HTMLFormElement) form.addEventListener("submit", send);
});
one("#by-password", HTMLFormElement).addEventListener("submit", signIn);
one("#sign-out", HTMLButtonElement).addEventListener("click", signOut);
one("#by-key", HTMLFormElement).addEventListener("submit", event => event.preventDefault());
key.addEventListener("change", showWho);
one("#find", HTMLInputElement).addEventListener("input", find);
addEventListener("hashchange", openNamed);
openNamed();
showWho();
