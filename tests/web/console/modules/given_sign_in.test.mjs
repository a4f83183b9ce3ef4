import assert from "node:assert/strict";
import { test } from "node:test";

import { givenSignIn, withoutPassword } from "../../../../evovoice/web/console/static/given_sign_in.js";

const here = (hash, hostname = "127.0.0.1") => ({ hash, hostname, pathname: "/phone", search: "?a=1" });

test("an address that names nobody signs nobody in", () => {
  for (const hash of ["", "#", "#main", "#%E0%A4%A"]) assert.equal(givenSignIn(here(hash)), null);
});

test("an e-mail address alone is filled in, and the password is asked for", () => {
  assert.deepEqual(givenSignIn(here("#ann@acme.test")), { email: "ann@acme.test", password: "" });
});

test("on this machine the address of a demonstration signs in, whatever signs the password has", () => {
  for (const hostname of ["127.0.0.1", "localhost", "[::1]"]) {
    const given = givenSignIn(here("#ann@acme.test:correct%20horse:%23", hostname));
    assert.deepEqual(given, { email: "ann@acme.test", password: "correct horse:#" });
  }
});

test("elsewhere a link signs nobody in: its password is left out", () => {
  for (const hostname of ["voice.example.com", "localhost.example.com", "192.168.1.7"]) {
    assert.equal(givenSignIn(here("#ann@acme.test:secret", hostname)).password, "");
  }
});

test("the password does not stay in the address", () => {
  assert.equal(withoutPassword(here("#ann@acme.test:secret"), "ann@acme.test"), "/phone?a=1#ann@acme.test");
});
