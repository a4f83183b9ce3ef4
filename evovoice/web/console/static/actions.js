/**
 * Which buttons a call has now, by one pure function: whether each is shown, whether it can be
 * pressed, and else why not, as the key of a text.
 */

import {
  isPending, isUp, liveTransfer, memberId, ownLeg, permitted, ringsFor, supervises,
} from "./rights.js";

const MOST_PENDING = 3; // at once; the service refuses the next one
const HIDDEN = { shown: false, allowed: false, reason: "" };
const NO_PHONE = { callSid: null, isMuted: false, ringing: null }; // no call in this page

/**
 * `call`: {session, me, rights, phone, wishes}. `phone`: {callSid, isMuted, ringing} of the softphone
 * in this page. `wishes`: what was asked for and is not so yet, keyed by `deed` or `deed memberId`.
 * The answer: the buttons of the call by name, and in `members` those of each party by memberId.
 */
export function actions({ session, me, rights, phone = NO_PHONE, wishes = new Map() }) {
  const known = facts(session, me, rights, phone);
  const buttons = { ...callButtons(known), ...transferButtons(known) };
  for (const [deed, button] of Object.entries(buttons)) {
    buttons[deed] = withWish(button, wishes.get(deed));
  }
  const members = {};
  for (const member of session.members) members[memberId(member)] = partyButtons(member, known, wishes);
  return { ...buttons, members };
}

function facts(session, me, rights, phone) {
  const own = ownLeg(session, me);
  const parties = session.members.filter((one) => one !== own && !supervises(one));
  return {
    session, me, rights, phone, own, parties,
    may: permitted(session, me, rights),
    up: parties.filter(isUp),
    pending: parties.filter(isPending),
    transfer: liveTransfer(session),
    isIn: own !== null && isUp(own),
    hasAudio: own !== null && phone.callSid !== null && phone.callSid === own.callSid,
  };
}

/** Why nothing can be done with the call as a whole, or "". */
function blockOf(known) {
  if (known.session.ended) return "why.ended";
  if (ringsFor(known.session, known.me) && !known.isIn) return "why.answerFirst";
  if (!known.isIn && !known.me.oversees) return "why.notInCall";
  return known.session.callState === "Ringing" ? "why.notAnswered" : "";
}

function button(may, reason, more = {}) {
  return { shown: true, allowed: may && !reason, reason: may && !reason ? "" : reason || "why.notNow", ...more };
}

function callButtons(known) {
  const { session, may, phone, up, pending } = known;
  const block = blockOf(known);
  const rings = ringsFor(session, known.me) && !known.isIn;
  const ringsHere = rings && phone.ringing && phone.ringing === known.own.callSid;
  return {
    answer: ringsHere ? button(true, "") : HIDDEN,
    silence: ringsHere && !phone.isSilenced ? button(true, "") : HIDDEN,
    decline: rings ? button(may.has("RejectSession"), "") : HIDDEN,
    mute: session.ended || rings ? HIDDEN : muteButton(known, block),
    hold: session.ended || rings ? HIDDEN : holdButton(known, block),
    keypad: keypadButton(known, block, rings),
    add: session.ended
      ? HIDDEN
      : button(may.has("AddConferenceMember"), block || tooMany(pending)),
    consult: session.ended
      ? HIDDEN
      : button(may.has("StartTransfer"), block || consultBlock(known)),
    leave: leaveButton(known, rings),
    endAll: session.ended || up.length + pending.length < 2 || rings
      ? HIDDEN
      : button(may.has("EndSession"), ""),
    comeBack: !session.ended && !known.own && may.has("AddConferenceMember") && !known.me.oversees
      ? button(true, "")
      : HIDDEN,
    note: button(may.has("PatchSession"), ""),
  };
}

function muteButton({ own, isIn, hasAudio, phone, may }, block) {
  const isMuted = Boolean(own?.muted) || (hasAudio && phone.isMuted);
  if (!isIn) return button(false, block || "why.notInCall", { pressed: false });
  return button(hasAudio || may.has("PatchConferenceMember"), block, { pressed: isMuted });
}

function holdButton({ may, up, transfer }, block) {
  const pressed = up.length > 0 && up.every((one) => one.callState === "Hold");
  const consults = transfer ? "why.consulting" : "";
  const alone = up.length ? "" : "why.nobodyElse";
  return button(may.has(pressed ? "ResumeSession" : "HoldSession"), block || consults || alone, { pressed });
}

function keypadButton({ session, rights, hasAudio, isIn, up, may }, block, rings) {
  const byService = rights.has("SendDigits");
  if (session.ended || rings || !(hasAudio || byService)) return HIDDEN;
  if (!isIn || block) return button(false, block || "why.notInCall");
  return button(hasAudio || (may.has("SendDigits") && up.length > 0), up.length ? "" : "why.nobodyElse");
}

const tooMany = (pending) => (pending.length >= MOST_PENDING ? "why.threeCalled" : "");

function consultBlock({ transfer, up, pending }) {
  if (transfer) return "why.consulting";
  return up.length ? tooMany(pending) : "why.nobodyElse";
}

/** Before anybody has answered there is nobody to leave: the call itself is hung up. */
function leaveButton(known, rings) {
  const { session, may, own } = known;
  if (session.ended || rings || !own) return HIDDEN;
  if (session.callState === "Ringing") {
    return button(may.has("EndSession"), "", { label: "do.hangUp", operation: "EndSession" });
  }
  const label = goesOnWithout(known) ? "do.leave" : "do.hangUp";
  return button(may.has("LeaveConference"), "", { label, operation: "LeaveConference" });
}

/** Whether the others go on when this user leaves (contract 4.4). */
export function goesOnWithout({ session, up, pending }) {
  const ours = (list) => list.filter((one) => one.endpointId).length;
  switch (session.endPolicy) {
    case "nobody":
      return up.length > 0;
    case "last_agent":
      return ours(up) + ours(pending) > 0;
    case "last_customer":
      return up.length > ours(up);
    default:
      return up.length > 1 || (up.length === 1 && pending.length > 0);
  }
}

function transferButtons({ transfer, may, me, session, own }) {
  const takesPart = own !== null || me.oversees; // who has left has handed the call over
  if (!transfer || session.ended || !takesPart) return { allTalk: HIDDEN, handOver: HIDDEN, back: HIDDEN, swap: HIDDEN };
  const isRung = transfer.state === "Dialing" || transfer.state === "Returning";
  const unanswered = isRung ? "why.consultedRings" : "";
  const isOwn = transfer.userId === me.id || me.oversees;
  const complete = may.has("CompleteTransfer");
  return {
    allTalk: button(complete, unanswered),
    handOver: button(complete, ""),
    back: isOwn ? button(may.has("CancelTransfer"), "") : HIDDEN,
    swap: isOwn ? button(may.has("SwapTransfer"), unanswered) : HIDDEN,
  };
}

function partyButtons(member, known, wishes) {
  if (known.session.ended) return { hold: HIDDEN, mute: HIDDEN, remove: HIDDEN };
  if (member === known.own) return { hold: HIDDEN, mute: HIDDEN, remove: HIDDEN, isOwn: true };
  const id = memberId(member);
  const watches = supervises(member);
  const block = known.isIn || known.me.oversees ? "" : "why.notInCall";
  const unanswered = isUp(member) ? "" : "why.partyNotAnswered";
  const change = known.may.has("PatchConferenceMember");
  const buttons = {
    hold: watches ? HIDDEN : button(change, unanswered || block, { pressed: member.callState === "Hold" }),
    mute: watches ? HIDDEN : button(change, unanswered || block, { pressed: Boolean(member.muted) }),
    remove: watches && !known.me.oversees
      ? HIDDEN
      : button(known.may.has("RemoveConferenceMember"), block, {
        label: isUp(member) ? "do.remove" : "do.cancel",
      }),
  };
  for (const [deed, one] of Object.entries(buttons)) {
    buttons[deed] = withWish(one, wishes.get(`${deed} ${id}`));
  }
  return buttons;
}

/** What is asked for already is not asked for again, until it is plain that it was in vain. */
function withWish(shown, wish) {
  if (!wish || !shown.shown || wish.state !== "open") return shown;
  return { ...shown, allowed: false, reason: "why.beingDone", wish: wish.text };
}
