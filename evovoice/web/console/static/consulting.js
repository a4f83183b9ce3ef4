/** What a consultation is for each who takes part in it, as the key of a text. Pure. */

import { liveTransfer, memberId, ownLeg, supervises } from "./rights.js";

const OF_THE_AGENT = {
  Dialing: "consult.dialing", Consulting: "consult.talking", Swapped: "consult.swapped",
  Returning: "consult.returning",
};
const OF_THE_OTHERS = { Consulting: "consult.asksYou", Swapped: "consult.asksOn" };

/**
 * {key, names, count, name} for who sees it; null where there is none, or who has left has
 * handed the call over. `names`: of whom is put on hold for it, `count` of them; `name`: of the third party.
 */
export function consultation(session, me) {
  const transfer = session.ended ? null : liveTransfer(session);
  const own = ownLeg(session, me);
  if (!transfer || !(own || me.oversees)) return null;
  const third = session.members.find((one) => memberId(one) === transfer.memberId);
  const agent = session.members.find((one) => one.endpointId === transfer.userId && !supervises(one));
  const rest = session.members.filter((one) => one !== third && one !== agent && !supervises(one));
  const isTheirs = transfer.userId !== me.id && own === third && third !== undefined;
  const key = (isTheirs && OF_THE_OTHERS[transfer.state]) || OF_THE_AGENT[transfer.state];
  const name = (isTheirs ? agent : third)?.displayName ?? "";
  return { key, names: rest.map((one) => one.displayName).join(", "), count: rest.length, name };
}
