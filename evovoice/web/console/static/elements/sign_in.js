/** Signing in: over the page, so that a call that goes on is not touched. */

import { givenSignIn, withoutPassword } from "../given_sign_in.js";
import { mark, show, write } from "../parts.js";
import { sentenceOf } from "../say.js";
import { View } from "./view.js";

export class SignInView extends View {
  built() {
    this.parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn();
    });
    const { mute, hangUp } = this.parts;
    const { phone, desk } = this.app;
    mute.addEventListener("click", () => phone.setMuted(!desk.phone.isMuted));
    hangUp.addEventListener("click", () => phone.hangUp());
    this.parentElement.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** `again`: somebody was signed in, and their page is behind this. */
  open(again) {
    const dialog = this.parentElement;
    show(this.parts.again, again);
    if (dialog.open) return;
    const given = givenSignIn(location);
    if (given && !this.parts.email.value) this.parts.email.value = given.email;
    dialog.showModal();
    (this.parts.email.value ? this.parts.password : this.parts.email).focus();
    if (given?.password) this.#signInAs(given);
  }

  #signInAs({ email, password }) {
    history.replaceState(null, "", withoutPassword(location, email));
    this.parts.email.value = email;
    this.parts.password.value = password;
    this.#signIn();
  }

  /** The call in this page goes on without the service: it can be muted and left. */
  update() {
    const { callSid, isMuted } = this.app.desk.phone;
    show(this.parts.call, callSid !== null);
    mark(this.parts.mute, "aria-pressed", String(isMuted));
  }

  async #signIn() {
    const { email, password, code, remember, codeRow, problem } = this.parts;
    const body = {
      provider: "credentials", userName: email.value, password: password.value, rememberMe: remember.checked,
    };
    if (code.value) body.otp = code.value;
    try {
      await this.app.requests.signIn(body);
    } catch (error) {
      if (error.code === "TwoFactorRequired") show(codeRow, true);
      write(problem, this.#sentence(error));
      show(problem, true);
      (error.code === "TwoFactorRequired" ? code : password).focus();
      return;
    }
    password.value = code.value = "";
    show(problem, false);
    this.parentElement.close();
    this.app.signedIn();
  }

  #sentence(error) {
    if (error.code === "TwoFactorRequired") return this.say("signIn.otp");
    if (error.code === "InvalidCode") return this.say("signIn.wrongCode");
    return error.status === 401 ? this.say("signIn.wrong") : sentenceOf(this.say, error);
  }
}
customElements.define("evo-sign-in", SignInView);
