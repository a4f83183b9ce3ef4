// Notices of the desktop, before a browser that allows them or does not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createNotices } from "../../../../evovoice/web/console/static/notices.js";

function desktop({ permission = "granted", isHidden = true, isBroken = false } = {}) {
  const made = [], fronts = [];
  class Notice {
    static permission = permission;
    static asked = 0;
    static requestPermission() { Notice.asked += 1; }
    isOpen = true;
    constructor(title, more) {
      if (isBroken) throw new TypeError("Illegal constructor");
      made.push(Object.assign(this, { title, ...more }));
    }
    close() { this.isOpen = false; }
  }
  const page = { isHidden: () => isHidden, front: () => fronts.push(true) };
  return { Notice, made, fronts, notices: createNotices({ Notice, page, say: (key, { name } = {}) => name ?? key }) };
}

const CALL = { id: "a", displayName: "Bea" };

test("a call that rings in a hidden page is told to the desktop until it rings no more", () => {
  const { notices, made, fronts } = desktop();
  notices.show(CALL);
  notices.show(CALL);
  assert.deepEqual(made.map((one) => [one.title, one.tag, one.isOpen]), [
    ["Bea", "evovoice a", false], ["Bea", "evovoice a", true],
  ]);
  notices.close("a");
  assert.ok(!made[1].isOpen);
  notices.show(CALL);
  made[2].onclick();
  assert.deepEqual([made[2].isOpen, fronts.length], [false, 1]);
  notices.show(CALL);
  notices.show({ ...CALL, id: "b" });
  notices.closeAll();
  assert.ok(made.every((one) => !one.isOpen));
});

test("nothing is shown over a page that is seen, without permission, or where no page may", () => {
  for (const facts of [{ isHidden: false }, { permission: "denied" }, { permission: "default" }, { isBroken: true }]) {
    const { notices, made } = desktop(facts);
    notices.show(CALL);
    notices.close("a");
    assert.deepEqual(made, []);
  }
  const none = createNotices({ Notice: undefined, page: {}, say: String });
  none.show(CALL);
  none.ask();
});

test("the person is asked once, and by a press alone", () => {
  const { Notice, notices } = desktop({ permission: "default" });
  notices.show(CALL);
  assert.equal(Notice.asked, 0);
  notices.ask();
  assert.equal(Notice.asked, 1);
  const denied = desktop({ permission: "denied" });
  denied.notices.ask();
  assert.equal(denied.Notice.asked, 0);
});
