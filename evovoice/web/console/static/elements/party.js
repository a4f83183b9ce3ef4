/** One person in the call: who they are, what state they are in, and what can be done with them. */

import { huntOf, laterOf } from "../hunts.js";
import { readable } from "../numbers.js";
import { mark, press, rowOf, runSince, show, write, writeName } from "../parts.js";
import { isUp, memberId, supervises } from "../rights.js";
import { partyState, waitsSince } from "../standing.js";
import { startOf } from "./calls.js";

/** `look`: {session, actions, me, desk, say}, as it is by the time of an update. */
export function partyRow(say, look) {
  return rowOf("evo-party", say, (parts, member, node) => {
    const { session, actions, me, desk } = look();
    const id = memberId(member);
    const buttons = actions.members[id];
    node.dataset.session = session.id;
    node.dataset.member = id;
    const state = partyState(member, session, me);
    const looks = state.waits ? "Hold" : member.callState;
    mark(node.firstElementChild, "data-state", looks);
    writeName(parts.name, member.displayName);
    write(parts.face, initialOf(member.displayName));
    write(parts.role, say(roleOf(member, me)));
    write(parts.state, wishOf(say, desk, session, id) || readable(say(state.key, state) + ofSeveral(say, member)));
    mark(parts.state, "data-state", looks);
    runSince(parts.time, sinceOf(member, state, session, desk.logs.get(session.id) ?? []));
    const muted = mutedText(member, buttons, actions, desk);
    write(parts.muted, muted ? say(muted) : "");
    show(parts.muted, Boolean(muted));
    for (const deed of ["hold", "mute", "remove"]) press(parts[deed], buttons[deed], say, member.displayName);
    const problem = ["hold", "mute", "remove"]
      .map((deed) => desk.problemAt(`${session.id} ${deed} ${id}`)).find(Boolean);
    write(parts.problem, problem ?? "");
    show(parts.problem, Boolean(problem));
  });
}

/** A party that was not reached: why, and what can be done about it. */
export function failedRow(say, look) {
  return rowOf("evo-failed", say, (parts, member, node) => {
    const { reason = "", destination = member.identity } = member.applicationData;
    const later = laterOf(member, look().session.members);
    const texts = [say("party.failed", { name: member.displayName, reason: `${reason}.` }), later && say(`party.next.${later}`)];
    node.dataset.member = memberId(member);
    write(parts.text, readable(texts.filter(Boolean).join(" ")));
    press(parts.again, { shown: !later, allowed: true }, say, member.displayName);
    press(parts.dismiss, { shown: true, allowed: true }, say, member.displayName);
    parts.again.dataset.destination = member.endpointId ?? destination;
  });
}

/** Which place of several it is, and why those before came to nothing. */
function ofSeveral(say, member) {
  const hunt = isUp(member) ? null : huntOf(member);
  if (!hunt) return "";
  const reasonOf = (code) => say(say.has(`failure.${code}`) ? `failure.${code}` : "failure");
  const tried = hunt.tried.map(({ name, code }) => say("party.tried", { name, reason: reasonOf(code) }));
  return say("party.ofSeveral", hunt) + (tried.length ? ` (${tried.join("; ")})` : "");
}

function roleOf(member, me) {
  if (member.endpointId === me.id && !supervises(member)) return "party.you";
  return member.endpointId ? "party.colleague" : `party.${member.role}`;
}

function wishOf(say, desk, session, id) {
  for (const [key, wish] of desk.wishesOf(session.id)) if (key.endsWith(` ${id}`)) return say(wish.text);
  return "";
}

function mutedText(member, buttons, actions, desk) {
  if (!buttons.isOwn) return member.muted ? "party.muted" : "";
  if (!actions.mute.pressed) return "";
  return member.muted && !desk.phone.isMuted && desk.phone.callSid ? "party.mutedBy" : "party.youMuted";
}

/** Since when it is so; when somebody was put on hold is told by the timeline alone. */
function sinceOf(member, state, session, lines) {
  const { addedAt, answeredAt } = member.applicationData ?? {};
  if (state.waits) return waitsSince(lines);
  if (member.callState === "Connected") return answeredAt ?? startOf(session);
  if (member.callState !== "Hold") return addedAt;
  return lines.findLast((line) => line.memberId === memberId(member) && line.type === "MemberHeld")?.date;
}

const initialOf = (name) => (/^\p{L}/u.test(name ?? "") ? name[0].toUpperCase() : "☎");
