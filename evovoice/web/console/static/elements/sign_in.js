/** Signing in: over the page, so that a call that goes on is not touched. */

import { show, write } from "../parts.js";
import { sentenceOf } from "../say.js";
import { View } from "./view.js";

export class SignInView extends View {
  built() {
    this.parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#signIn();
    });
    this.parentElement.addEventListener("cancel", (event) => event.preventDefault());
  }

  /** `again`: somebody was signed in, and their page is behind this. */
  open(again) {
    const dialog = this.parentElement;
    show(this.parts.again, again);
    if (dialog.open) return;
    const named = decodeURIComponent(location.hash.slice(1));
    if (named.includes("@") && !this.parts.email.value) this.parts.email.value = named;
    dialog.showModal();
    (this.parts.email.value ? this.parts.password : this.parts.email).focus();
  }

  update() {}

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
