// The page for people: polls /_emulator/view once a second and changes only what changed.
// Whatever comes from a call is shown with textContent alone; nothing is ever parsed as HTML.

const POLL_MS = 1000;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ENDED_BADLY = new Set(["busy", "failed", "no-answer", "canceled"]);
const at = (id) => document.getElementById(id);
let latest = null;
let tab = "webhooks";
let chosen = null;

// Drawing

function node(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function write(target, text) {
  const value = text === null || text === undefined ? "" : String(text);
  if (target.textContent !== value) target.textContent = value;
}

function dress(target, className) {
  if (target.className !== className) target.className = className;
}

// Keeps the nodes of items that stay, so that nothing flickers and no focus is lost.
function sync(parent, items, keyOf, make) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const seen = new Map();
  items.forEach((item, place) => {
    const name = keyOf(item);
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    const key = `${name}|${times}`;
    let child = old.get(key);
    if (!child) {
      child = make(item);
      child.dataset.key = key;
    }
    old.delete(key);
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
    child.fill(item, key);
  });
  for (const child of old.values()) child.remove();
}

function short(sid) {
  return sid ? `${sid.slice(0, 2)}…${sid.slice(-6)}` : "";
}

function clock(text) {
  return text ? text.slice(11, 19) : "";
}

function minutes(seconds) {
  if (seconds === null) return "";
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function statusTone(status) {
  if (status === "in-progress") return "good";
  if (status === "queued" || status === "ringing") return "wait";
  return ENDED_BADLY.has(status) ? "bad" : "";
}

function answerTone(status) {
  if (status === null) return "bad";
  return status < 400 ? "good" : "bad";
}

function pill(target, text, tone) {
  write(target, text);
  dress(target, `pill ${tone}`);
}

// Conversations

function makeTalk() {
  const card = node("article", "card");
  const head = node("header");
  const name = node("h3");
  const state = node("span", "pill");
  const sid = node("span", "mono quiet");
  head.append(name, state, sid);
  const table = node("table", "matrix");
  const more = node("p", "more");
  card.append(head, table, more);
  let drawn = "";
  card.fill = (talk) => {
    write(name, talk.kind === "bridge" ? "Bridged call" : talk.name);
    name.title = talk.name;
    pill(state, talk.state, talk.state === "talking" ? "good" : "wait");
    write(sid, short(talk.sid));
    sid.title = talk.sid;
    write(more, talk.more ? `and ${talk.more} more` : "");
    more.hidden = !talk.more;
    const picture = JSON.stringify([talk.members, talk.hears]);
    if (picture !== drawn) drawMatrix(table, talk);
    drawn = picture;
  };
  return card;
}

function drawMatrix(table, talk) {
  const head = node("tr");
  head.append(node("th"));
  talk.members.forEach((member, column) => {
    const cell = node("th", "", letter(column));
    cell.title = member.who;
    head.append(cell);
  });
  const top = node("thead");
  top.append(head);
  const body = node("tbody");
  talk.members.forEach((member, row) => body.append(memberRow(talk, member, row)));
  table.replaceChildren(top, body);
}

function memberRow(talk, member, row) {
  const line = node("tr");
  const who = node("th");
  const box = node("div", "who");
  const tone = member.condition === "talking" ? "good" : "wait";
  box.append(node("span", "letter", letter(row)), node("b", "", member.who));
  if (member.label) box.append(node("span", "quiet", member.label));
  box.append(node("span", `pill ${tone}`, member.condition));
  who.append(box);
  line.append(who);
  talk.hears[row].forEach((why, column) => line.append(ear(why, member, talk.members[column])));
  return line;
}

function ear(why, listener, speaker) {
  const cell = node("td");
  if (why === null) {
    cell.append(node("span", "self", "–"));
    return cell;
  }
  const mark = node("span", why === "" ? "hears" : "deaf", why);
  mark.title = why === "" ? `${listener.who} hears ${speaker.who}` : `${listener.who} does not hear ${speaker.who}: ${why}`;
  cell.append(mark);
  return cell;
}

function letter(place) {
  return place < LETTERS.length ? LETTERS[place] : String(place + 1);
}

// Calls

function makeCall(call) {
  const row = node("tr");
  const status = node("span", "pill");
  const [from, to, doing, talk, sid] = ["nowrap", "nowrap", "", "num", "mono quiet"].map((name) => node("td", name));
  const acts = node("div", "acts");
  const answer = button("Answer", "yes", () => act(call.sid, "answer"));
  const reject = button("Reject", "", () => act(call.sid, "reject"));
  const busy = button("Busy", "", () => act(call.sid, "busy"));
  const keys = node("input");
  keys.placeholder = "keys";
  keys.setAttribute("aria-label", `Keys for ${call.sid}`);
  const press = button("Press", "", () => pressKeys(call.sid, keys));
  keys.addEventListener("keydown", (event) => event.key === "Enter" && pressKeys(call.sid, keys));
  const hangUp = button("Hang up", "no", () => act(call.sid, "hangup"));
  acts.append(keys, press, answer, reject, busy, hangUp);
  const cells = [node("td"), from, to, doing, talk, sid, node("td")];
  cells[0].append(status);
  cells[6].append(acts);
  row.append(...cells);
  row.fill = (now) => {
    pill(status, now.status, statusTone(now.status));
    dress(row, now.canHangUp ? "" : "over");
    write(from, now.from);
    write(to, now.to);
    write(doing, now.doing);
    write(talk, minutes(now.seconds));
    write(sid, short(now.sid));
    sid.title = now.parent ? `${now.sid}, child of ${now.parent}` : now.sid;
    for (const one of [answer, reject, busy]) one.hidden = !now.canAnswer;
    for (const one of [keys, press]) one.hidden = !now.canPress;
    hangUp.hidden = !now.canHangUp;
  };
  return row;
}

function button(text, className, click) {
  const made = node("button", className, text);
  made.type = "button";
  made.addEventListener("click", click);
  return made;
}

function act(sid, what) {
  return ask("POST", `calls/${encodeURIComponent(sid)}/${what}`, {});
}

async function pressKeys(sid, input) {
  if (!input.value) return;
  if (await ask("POST", `calls/${encodeURIComponent(sid)}/keys`, { digits: input.value })) input.value = "";
}

// Logs

const LOGS = {
  webhooks: {
    title: (one) => `${one.kind} ${one.event}`,
    key: (one) => `${one.id}/${one.at}`,
    cells: (one) => [clock(one.at), one.kind, one.event, path(one.url), one.note || (one.attempt ? `attempt ${one.attempt + 1}` : "")],
    mark: (one) => [one.status ?? "none", answerTone(one.status)],
    facts: (one) => ({ Address: `${one.method} ${one.url}`, Signature: one.signature, Token: one.token, Attempt: one.attempt + 1, Call: one.callSid, Chaos: one.note }),
    answer: (one) => one.answer,
  },
  rest: {
    title: (one) => `${one.method} ${brief(one.path)}`,
    key: (one) => `${one.at}/${one.method}/${one.path}`,
    cells: (one) => [clock(one.at), one.method, "", brief(one.path), ""],
    mark: (one) => [one.status ?? "none", answerTone(one.status)],
    facts: (one) => ({ Address: `${one.method} ${one.path}` }),
    answer: (one) => (one.body === null ? "" : JSON.stringify(one.body, null, 2)),
  },
  signalling: {
    title: (one) => `${one.page}: ${one.type}`,
    key: (one) => `${one.at}/${one.page}/${one.fromPage}/${one.type}/${JSON.stringify(one.payload)}`,
    cells: (one) => [clock(one.at), one.page, one.fromPage ? "says" : "is told", one.type, short(one.payload.callsid)],
    mark: (one) => ["frame", one.type === "error" || one.payload.error ? "bad" : "good"],
    facts: (one) => ({ Page: one.page, From: one.fromPage ? "the page" : "the emulator", Call: one.payload.callsid }),
    answer: (one) => JSON.stringify(one.payload, null, 2),
  },
  alerts: {
    title: (one) => `Alert ${one.code}`,
    key: (one) => `${one.at}/${one.code}/${one.callSid}/${one.text}`,
    cells: (one) => [one.at.slice(17, 25), String(one.code), "", one.text, short(one.callSid)],
    mark: () => ["alert", "wait"],
    facts: (one) => ({ Code: one.code, Call: one.callSid, More: `https://www.twilio.com/docs/errors/${one.code}` }),
    answer: (one) => one.text,
  },
};

// A REST path without what is the same everywhere, and with short sids.
function brief(text) {
  const below = text.replace(/^\/2010-04-01\/Accounts\/[^/]+/, "");
  return below.replace(/[A-Z]{2}[0-9a-f]{32}/g, short);
}

function path(url) {
  try {
    const parts = new URL(url);
    return parts.pathname + parts.search;
  } catch {
    return url;
  }
}

function makeLine() {
  const row = node("tr");
  row.tabIndex = 0;
  const mark = node("span", "pill");
  const first = node("td");
  first.append(mark);
  const cells = ["mono quiet", "nowrap", "nowrap quiet", "grow mono", "nowrap quiet"].map((name) => node("td", name));
  row.append(first, ...cells);
  row.fill = (one, key) => {
    const [text, tone] = LOGS[tab].mark(one);
    pill(mark, text, tone);
    LOGS[tab].cells(one).forEach((value, place) => write(cells[place], value));
    dress(row, chosen?.key === key && chosen.tab === tab ? "chosen" : "");
    row.show = () => choose(tab, key, one);
  };
  row.addEventListener("click", () => row.show());
  row.addEventListener("keydown", (event) => event.key === "Enter" && row.show());
  return row;
}

function choose(name, key, one) {
  chosen = { tab: name, key, one };
  drawDetail();
  draw();
}

function drawDetail() {
  at("detail").hidden = !chosen;
  dress(at("log"), chosen ? "log open" : "log");
  if (!chosen) return;
  const { one } = chosen;
  const log = LOGS[chosen.tab];
  write(at("detail-title"), log.title(one));
  const facts = Object.entries(log.facts(one)).filter(([, value]) => value);
  at("detail-facts").replaceChildren(...facts.flatMap(([name, value]) => [node("dt", "", name), node("dd", "mono", String(value))]));
  const fields = (one.params ?? []).map(([name, value]) => {
    const row = node("tr");
    row.append(node("td", "", name), node("td", "mono", value));
    return row;
  });
  at("detail-fields").replaceChildren(...fields);
  write(at("detail-answer"), log.answer(one));
}

// The whole page

function draw() {
  if (!latest) return;
  const { conversations, calls } = latest;
  sync(at("talks"), conversations, (one) => one.sid, makeTalk);
  sync(at("calls"), calls, (one) => one.sid, makeCall);
  sync(at("devices"), latest.devices, (one) => `${one.identity}/${one.name}`, makeDevice);
  sync(at("phones"), latest.phones, (one) => one.address, makePhone);
  sync(at("rules"), latest.chaos.rules, (one) => JSON.stringify({ ...one, hits: 0 }), makeRule);
  sync(at("numbers"), latest.numbers, (one) => one.number, makeNumber);
  sync(at("owned"), latest.numbers, (one) => one.number, makeOwned);
  const lines = latest[tab];
  const tbody = at("lines");
  if (tbody.dataset.tab !== tab) tbody.replaceChildren();
  tbody.dataset.tab = tab;
  sync(tbody, lines, LOGS[tab].key, makeLine);
  write(at("no-sound"), latest.noSound);
  at("no-devices").hidden = latest.devices.length > 0;
  at("no-talks").hidden = conversations.length > 0;
  at("no-calls").hidden = calls.length > 0;
  at("calls-frame").hidden = calls.length === 0;
  at("no-lines").hidden = lines.length > 0;
  at("lines-frame").hidden = lines.length === 0;
  drawBar();
}

function drawBar() {
  write(at("now"), clock(latest.now));
  write(at("day"), `${latest.now.slice(0, 10)}, ${latest.speed === 0 ? "stands still" : `×${latest.speed}`}`);
  write(at("account"), latest.account);
  write(at("n-talks"), latest.conversations.length || "");
  write(at("n-calls"), latest.living ? `${latest.living} living` : "");
  for (const name of Object.keys(LOGS)) write(at(`n-${name}`), latest[name].length || "");
  write(at("seed"), latest.chaos.rules.length ? `seed ${latest.chaos.seed}` : "");
  for (const one of at("speeds").children) press(one, Number(one.dataset.speed) === latest.speed);
  for (const one of document.querySelectorAll("[data-tab][role=tab]")) {
    const value = String(one.dataset.tab === tab);
    if (one.getAttribute("aria-selected") !== value) one.setAttribute("aria-selected", value);
  }
}

function press(one, yes) {
  if (one.getAttribute("aria-pressed") !== String(yes)) one.setAttribute("aria-pressed", String(yes));
}

// A registered device: a page with Twilio's SDK, or one that is steered by hand.
function makeDevice() {
  const item = node("li");
  const name = node("span", "mono");
  const does = node("span");
  item.append(name, does);
  item.fill = (one) => {
    write(name, `client:${one.identity}`);
    write(does, one.kind === "page" ? `in a browser, ${one.name}` : `by hand, ${one.name}`);
  };
  return item;
}

function makePhone() {
  const item = node("li");
  const name = node("span", "mono");
  const does = node("span");
  item.append(name, does);
  item.fill = (phone) => {
    write(name, phone.address);
    const parts = [phone.outcome];
    if (["answer", "reject", "no-answer", "voicemail"].includes(phone.outcome)) parts.push(phone.answerAfter === null ? "when told" : `after ${phone.answerAfter} s`);
    if (phone.hangUpAfter !== null) parts.push(`talks ${phone.hangUpAfter} s`);
    if (phone.digits) parts.push(`presses ${phone.digits}`);
    for (const one of phone.says) parts.push(one.words ? `says “${one.words}”` : `speaks ${one.seconds} s`);
    if (phone.expects) parts.push(`expects the keys ${Object.keys(phone.expects).filter((keys) => keys !== "otherwise").join(", ")}`);
    write(does, parts.join(", "));
  };
  return item;
}

function makeRule() {
  const item = node("li");
  const does = node("span");
  const hits = node("span");
  item.append(does, hits);
  item.fill = (rule) => {
    const what = [rule.kind, rule.event, rule.url].filter((one) => one !== "*").join(" ");
    const share = rule.rate < 1 ? ` ${Math.round(rule.rate * 100)} %` : "";
    write(does, `${rule.do}${share} ${what}`);
    write(hits, `${rule.hits}${rule.count === null ? "" : ` of ${rule.count}`} hit`);
  };
  return item;
}

function makeNumber(one) {
  const option = node("option");
  option.value = one.number;
  option.fill = () => {};
  return option;
}

// A number of the account, and where its calls go.
function makeOwned() {
  const item = node("li");
  const name = node("span", "mono");
  const goes = node("span", "address");
  item.append(name, goes);
  item.fill = (one) => {
    write(name, one.number);
    const address = one.voiceUrl ? `${one.voiceMethod} ${one.voiceUrl}` : "goes nowhere";
    write(goes, one.application ? `${address}, by the TwiML App ${short(one.application)}` : address);
  };
  return item;
}

// Talking to the emulator

let told = null;

function say(text) {
  const toast = at("toast");
  write(toast, text);
  toast.hidden = false;
  clearTimeout(told);
  told = setTimeout(() => { toast.hidden = true; }, 5000);
}

async function ask(method, address, wish) {
  try {
    const answer = await fetch(`/_emulator/${address}`, {
      method,
      headers: { "Content-Type": "application/json" },
      body: wish === undefined ? undefined : JSON.stringify(wish),
    });
    if (!answer.ok) say((await answer.json()).error ?? `HTTP ${answer.status}`);
    await look();
    return answer.ok;
  } catch {
    say("The emulator does not answer.");
    return false;
  }
}

async function look() {
  try {
    const answer = await fetch("/_emulator/view", { cache: "no-store", signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error(String(answer.status));
    latest = await answer.json();
    state("up", "connected");
    draw();
  } catch {
    state("down", "no answer");
  }
}

function state(name, text) {
  dress(at("link"), `link ${name}`);
  write(at("link"), text);
}

async function poll() {
  if (!document.hidden) await look();
  setTimeout(poll, POLL_MS);
}

// Forms and buttons

function filled(form) {
  const given = {};
  for (const field of form.elements) {
    if (field.name && field.value !== "") given[field.name] = field.type === "number" ? Number(field.value) : field.value;
  }
  return given;
}

function onSubmit(id, send) {
  at(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    await send(filled(event.target), event.target);
  });
}

onSubmit("place", (wish) => {
  if (!wish.from.startsWith("client:")) return ask("POST", "calls", wish);
  const identity = encodeURIComponent(wish.from.slice("client:".length));
  return ask("POST", `devices/${identity}/connect`, { params: wish.to ? { To: wish.to } : {} });
});
onSubmit("phone", async ({ address, ...wish }, form) => {
  const given = { answerAfter: 2, hangUpAfter: null, digits: "", ...wish };
  if (await ask("PUT", `phones/${encodeURIComponent(address)}`, given)) form.reset();
});
onSubmit("number", async ({ number, ...wish }, form) => {
  if (await ask("PUT", `numbers/${encodeURIComponent(number)}`, wish)) form.reset();
});
onSubmit("chaos", (wish) => ask("POST", "chaos", wish.do === "random" ? { do: "random", rate: wish.rate } : wish));
at("calm").addEventListener("click", () => ask("DELETE", "chaos"));
at("speeds").addEventListener("click", ({ target }) => target.dataset.speed && ask("POST", "time", { speed: Number(target.dataset.speed) }));
at("steps").addEventListener("click", ({ target }) => target.dataset.step && ask("POST", "time", { advance: Number(target.dataset.step) }));
document.querySelector(".tabs").addEventListener("click", (event) => {
  const name = event.target.closest("[data-tab]")?.dataset.tab;
  if (name) { tab = name; chosen = null; drawDetail(); draw(); }
});
at("detail-close").addEventListener("click", () => { chosen = null; drawDetail(); draw(); });
poll();
