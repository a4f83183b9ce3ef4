/** Sessions and people for the tests of the console's modules. */

export const ANN = { id: "u-ann", name: "Ann", oversees: false };
export const EVE = { id: "u-eve", name: "Eve", oversees: true };

const LIVE = { userPart: "Answered", overseerPart: "None", when: "Live" };
const row = (operation, more = {}) => [operation, { operation, ...LIVE, ...more }];

/** The table of rights, as GET /app/rights tells it, by operation. */
export const RIGHTS = new Map([
  row("AddConferenceMember", { when: "Talking" }),
  row("PatchConferenceMember"),
  row("RemoveConferenceMember", { when: "UntilTheEnd" }),
  row("LeaveConference", { when: "Talking" }),
  row("HoldSession", { when: "WithOthers" }),
  row("ResumeSession", { when: "Talking" }),
  row("RejectSession", { when: "Ringing", userPart: "Rung" }),
  row("EndSession", { when: "UntilTheEnd" }),
  row("PatchSession", { when: "Always" }),
  row("StartTransfer", { when: "WithOthers" }),
  row("SwapTransfer", { when: "Transferring" }),
  row("CompleteTransfer", { when: "Transferring" }),
  row("CancelTransfer", { when: "Transferring" }),
]);

export function member(id, more = {}) {
  return {
    identity: `+1202555${id}`, displayName: id, callState: "Connected", role: "Transfer", muted: false,
    callSid: `CA${id}`, isOriginalMember: false, ...more,
    applicationData: { memberId: `m-${id}`, status: "connected", ...more.applicationData },
  };
}

export const customer = (more) => member("cust", { role: "Caller", ...more });
export const agent = (more) => member("ann", { role: "Agent", endpointId: ANN.id, ...more });
export const bea = (more) => member("bea", { endpointId: "u-bea", ...more });

export function session(members, more = {}) {
  return {
    id: "s-1", version: 1, ended: false, callState: "Connected", direction: "Incoming",
    endPolicy: "two_left", displayName: "Customer", dateCreated: "2026-11-28T10:00:00.000Z",
    members, ...more,
  };
}

/** Timers that are turned by hand. */
export function dial() {
  const waiting = [];
  let now = 0;
  return {
    set: (run, after) => {
      const entry = { run, at: now + after };
      waiting.push(entry);
      return entry;
    },
    clear: (entry) => {
      const index = waiting.indexOf(entry);
      if (index >= 0) waiting.splice(index, 1);
    },
    /** Let so many milliseconds pass, and what is waiting for promises with them. */
    async turn(ms) {
      const until = now + ms;
      for (;;) {
        await settled();
        waiting.sort((a, b) => a.at - b.at);
        if (!waiting.length || waiting[0].at > until) break;
        const due = waiting.shift();
        now = due.at;
        due.run();
      }
      now = until;
      await settled();
    },
  };
}

export async function settled() {
  for (let round = 0; round < 20; round += 1) await new Promise(setImmediate);
}
