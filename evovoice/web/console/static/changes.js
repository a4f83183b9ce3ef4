/** What has happened to the people of a call, for screen readers. */

/**
 * What has changed in a session, as keys of texts with their values. `before` may be missing: then
 * the page has just learnt of it, and nothing has changed.
 */
export function changesOf(after, before, me) {
  if (!before) return [];
  if (after.ended) return before.ended ? [] : [["said.ended", { name: after.displayName }]];
  const known = new Map(before.members.map((member) => [keyOf(member), member]));
  const said = [];
  for (const member of after.members) {
    if (member.endpointId === me?.id) continue;
    const key = changeOf(member, known.get(keyOf(member)));
    if (key) said.push([key, { name: member.displayName }]);
  }
  const left = new Set(after.members.map(keyOf));
  const gone = before.members.filter((member) => !left.has(keyOf(member)) && isUp(member));
  return [...said, ...gone.map((member) => ["said.left", { name: member.displayName }])];
}

function changeOf(member, before) {
  const state = member.callState;
  if (state !== before?.callState) {
    if (state === "Ringing") return "said.rings";
    if (state === "Hold") return "said.held";
    if (state === "Connected") return before?.callState === "Hold" ? "said.resumed" : "said.answered";
    return before ? null : "said.called";
  }
  if (member.muted !== before.muted) return member.muted ? "said.muted" : "said.unmuted";
  return null;
}

const isUp = (member) => member.callState === "Connected" || member.callState === "Hold";
const keyOf = (member) => member.applicationData?.memberId ?? member.callSid ?? member.identity;
