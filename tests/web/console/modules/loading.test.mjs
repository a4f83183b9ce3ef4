import assert from "node:assert/strict";
import { test } from "node:test";

import { createLater } from "../../../../evovoice/web/console/static/later.js";
import { createPhoneLater } from "../../../../evovoice/web/console/static/phone_later.js";

test("a phone that is not loaded yet is not known, and is asked in order once it is", async () => {
  const asked = [];
  const phone = createPhoneLater({
    load: async () => ({
      facts: () => ({ isKnown: true }), text: ({ key }) => key, devices: () => "devices",
      signedIn: (user) => asked.push(["signedIn", user]), start: async () => asked.push(["start"]) && "ready",
    }),
  });
  phone.signedIn("ann");
  const started = phone.start();
  assert.deepEqual([false, false, ""], [phone.facts().isKnown, phone.facts().isThere, phone.text(phone.facts().status)]);
  assert.deepEqual([], asked);
  await phone.begin();
  assert.equal(await started, "ready");
  assert.deepEqual(asked, [["signedIn", "ann"], ["start"]]);
  assert.deepEqual([true, "lost", "devices"], [phone.facts().isKnown, phone.text({ key: "lost" }), phone.devices()]);
});

test("what every console asks is sent before the rest is read, and each answer is taken once", async () => {
  const sent = [];
  globalThis.fetch = async (path, { headers }) => {
    sent.push([path, headers.Accept]);
    if (path === "/directory") throw new TypeError("the network is away");
    return `answer to ${path}`;
  };
  const { firstAnswer } = await import("../../../../evovoice/web/console/static/first_questions.js");
  const paths = ["/auth/status", "/app/rights", "/sessions/my", "/directory"];
  assert.deepEqual(sent, paths.map((path) => [path, "application/json"]));
  assert.equal(await firstAnswer("/sessions/my"), "answer to /sessions/my");
  assert.equal(firstAnswer("/sessions/my"), undefined, "the next reading asks");
  assert.equal(firstAnswer("/app/presence"), undefined);
  await assert.rejects(firstAnswer("/directory"), TypeError);
});

test("a part of the page is loaded once, and again where that has failed", async () => {
  const [begun, asked] = [[], []];
  let isAway = true;
  const parts = {
    help: async () => asked.push("help"),
    sound: async () => {
      asked.push("sound");
      if (isAway) throw new TypeError("the network is away");
    },
  };
  const view = (name) => ({ name });
  const later = createLater({ view, begun: (element) => begun.push(element.name), parts });
  const [first, second] = await Promise.all([later.wanted("help"), later.wanted("help")]);
  assert.equal(first, second);
  await later.all();
  assert.deepEqual(begun, ["help"]);
  isAway = false;
  assert.equal((await later.wanted("sound")).name, "sound");
  assert.deepEqual([asked, begun], [["help", "sound", "sound"], ["help", "sound"]]);
});
