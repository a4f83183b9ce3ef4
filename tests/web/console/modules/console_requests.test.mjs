import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused } from "../../../../evovoice/web/console/static/api.js";
import { createRequests } from "../../../../evovoice/web/console/static/requests.js";

function service(...answers) {
  const asked = [];
  const waited = [];
  const signedOut = [];
  let keys = 0;
  const ask = async (verb, path, body, key) => {
    asked.push({ verb, path, body, key });
    const answer = answers.shift();
    if (answer instanceof Refused) throw answer;
    return answer;
  };
  const requests = createRequests({
    ask, newKey: () => `key-${(keys += 1)}`, wait: async (ms) => waited.push(ms),
    onSignedOut: () => signedOut.push(true),
  });
  return { requests, asked, waited, signedOut };
}

const LOST = new Refused(0, "NoAnswer", "", null);
const refused = (status, code, retryAfter = null) => new Refused(status, code, code, retryAfter);

test("one press keeps its key over every repetition, and the next has another", async () => {
  const { requests, asked } = service(LOST, refused(503, "CarrierBusy"), {}, {});
  await requests.dial("/calls", { destination: "+12025550123" });
  await requests.dial("/calls", { destination: "+12025550123" });
  assert.deepEqual(asked.map((one) => one.key), ["key-1", "key-1", "key-1", "key-2"]);
});

test("what may have been done and is not the same twice is not sent again", async () => {
  const { requests, asked } = service(LOST);
  await assert.rejects(requests.post("/sessions/s/transfers/t/swap"), { code: "NoAnswer" });
  assert.equal(asked.length, 1);
});

test("a refusal is told with its code, and is not repeated", async () => {
  const { requests, asked } = service(refused(409, "SessionEnded"));
  await assert.rejects(requests.dial("/x", {}), { status: 409, code: "SessionEnded" });
  assert.equal(asked.length, 1);
});

test("repetitions wait as long as the service asks for, ten seconds at most", async () => {
  const away = refused(503, "CarrierUnavailable", 3);
  const { requests, waited } = service(away, away, {});
  await requests.patch("/x", {});
  assert.deepEqual(waited, [3000, 3000]);
});

test("the page is told once the service does not know who asks", async () => {
  const { requests, signedOut } = service(refused(401, "Unauthorized"));
  await assert.rejects(requests.get("/sessions/my"), { status: 401 });
  assert.equal(signedOut.length, 1);
});
