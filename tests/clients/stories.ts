/**
 * What the published JavaScript client does, as its users have it do it, in strict TypeScript:
 * `./dtos` is what the service serves at /types/typescript.
 *
 * `node stories.js BASE STORY FACTS` prints what the client saw, as JSON.
 */
import { JsonServiceClient } from "@servicestack/client";
import {
    AddConferenceMember, AddFavorite, AgentStates, Authenticate, AuthenticateResponse,
    CancelTransfer, CompleteTransfer, EndSession, GetActiveSessions, GetConferenceMembers,
    DialDestination, GetDirectory, GetLiveSessions, GetMySessionsResponse, GetPresence, GetRights,
    GetSession, GetSessionEvents, GetTransfers, HoldSession, HuntStrategy, PatchConferenceMember,
    PlaceCall, RemoveFavorite, RequestAuthToken, ResponseStatus, ResumeSession, SessionCallState,
    SessionEndPolicies, SessionHoldReasons, SessionInfo, SessionMemberInfo, SetEndPolicy,
    SetPresence, SendDigits, StartTransfer, SuperviseSession, SupervisionModes, SwapTransfer,
    TransferKind, TransferState,
} from "./dtos.js";

declare const setTimeout: (then: () => void, milliseconds: number) => number;
declare const process: { argv: string[]; stdout: { write(text: string): void } };

interface Facts {
    key: string;
    email: string;
    password: string;
    sessionId: string;
    callSid: string;
    destination: string;
    other: string;
    memberCallSid: string;
    numbers: string[];
}

const [, , base, story, given] = process.argv;
const facts: Facts = JSON.parse(given);
const client = new JsonServiceClient(base);
const answers: Response[] = [];
client.responseFilter = answer => { answers.push(answer); };

const getSession = () => client.get(new GetSession({ sessionId: facts.sessionId }));

const add = (destination: string) => new AddConferenceMember({
    sessionId: facts.sessionId, callSid: facts.callSid, destination,
});

async function refused(request: () => Promise<unknown>) {
    try {
        await request();
    } catch (error) {
        const { responseStatus } = error as { responseStatus: ResponseStatus };
        const { errorCode, message, errors, meta } = responseStatus;
        const fields = (errors ?? []).map(one => one.fieldName);
        return { status: answers[answers.length - 1].status, errorCode, message, fields, meta };
    }
    return { status: "not refused" };
}

async function untilConsulting() {
    for (let tries = 0; tries < 100; tries++) {
        const session: SessionInfo = await getSession();
        if (session.transfer?.state === TransferState.Consulting) return;
        await new Promise<void>(done => setTimeout(done, 100));
    }
}

const member = ({ identity, role, callState, muted }: SessionMemberInfo) =>
    ({ identity, role, callState, muted });

const seen = (session: SessionInfo) => ({
    id: session.id,
    callState: session.callState,
    holdReason: session.holdReason,
    members: (session.members ?? []).map(member),
});

const stories: Record<string, () => Promise<object>> = {
    async signsIn() {
        const stranger = await refused(getSession);
        const { email: userName, password } = facts;
        const user: AuthenticateResponse = await client.post(
            new Authenticate({ provider: "credentials", userName, password, rememberMe: true })
        );
        const session = await getSession();
        await client.post(new Authenticate({ provider: "logout" }));
        return {
            stranger,
            displayName: user.displayName,
            session: seen(session),
            afterwards: await refused(getSession),
        };
    },

    async adds() {
        client.bearerToken = facts.key;
        const trial = Object.assign(add(facts.destination), { dryRun: true });
        const tried = (await client.send(trial)).dryRun;
        const session: SessionInfo = await client.send(add(facts.destination));
        return { session: seen(session), url: answers[answers.length - 1].url, tried };
    },

    async holdsAndResumes() {
        client.bearerToken = facts.key;
        const { sessionId } = facts;
        const reason = SessionHoldReasons.Transferring;
        const held = await client.post(new HoldSession({ sessionId, reason }));
        const resumed = await client.post(new ResumeSession({ sessionId }));
        return {
            held: seen(held),
            isHeld: held.callState === SessionCallState.Hold && held.holdReason === reason,
            resumed: seen(resumed),
        };
    },

    async mutesOne() {
        client.bearerToken = facts.key;
        const patch = new PatchConferenceMember({
            sessionId: facts.sessionId, callSid: facts.memberCallSid, muted: true,
        });
        const muted = await client.send(patch);
        patch.muted = false;
        return { muted: seen(muted), unmuted: seen(await client.send(patch)) };
    },

    async supervises() {
        client.bearerToken = facts.key;
        const live = await client.get(new GetLiveSessions());
        const { sessionId } = facts;
        const session = await client.post(
            new SuperviseSession({ sessionId, mode: SupervisionModes.Monitor }),
        );
        const supervising = session.members!.map(one => one.applicationData?.supervising ?? null);
        return { live: live.sessions!.map(one => one.id), supervising };
    },

    async triesSeveral() {
        client.bearerToken = facts.key;
        const { sessionId, callSid, destination, other } = facts;
        const session = await client.post(
            new AddConferenceMember({
                sessionId,
                callSid,
                destinations: [
                    new DialDestination({ destination, ringTime: 20 }),
                    new DialDestination({ destination: other }),
                ],
                strategy: HuntStrategy.simultaneous,
                humanOnly: true,
            })
        );
        const tried = session.members!.map(one => one.applicationData!);
        return { attempts: tried.filter(one => one.huntId).map(one => one.attempt) };
    },

    async sendsDigits() {
        client.bearerToken = facts.key;
        const { sessionId, memberCallSid: callSid } = facts;
        const session = await client.post(new SendDigits({ sessionId, callSid, digits: "12w#" }));
        const { events } = await client.get(new GetSessionEvents({ sessionId, count: 200 }));
        return { allowed: session.allowed, events: events!.map(one => one.type) };
    },

    async hasRights() {
        client.bearerToken = facts.key;
        const rights = (await client.get(new GetRights())).rights!;
        const { sessionId } = facts;
        const session = await client.post(
            new SetEndPolicy({ sessionId, endPolicy: SessionEndPolicies.nobody }),
        );
        const right = (name: string) => rights.find(one => one.operation === name);
        return {
            supervise: right("SuperviseSession")?.role,
            add: right("AddConferenceMember")?.userPart,
            allowed: session.allowed,
            isNobody: session.endPolicy === "nobody",
        };
    },

    async transfers() {
        client.bearerToken = facts.key;
        const { sessionId, callSid, destination } = facts;
        const begun = new StartTransfer({ sessionId, callSid, destination });
        const first = (await client.post(begun)).transfer!;
        const cancelled = await client.delete(
            new CancelTransfer({ sessionId, transferId: first.id })
        );
        const second = (await client.post(begun)).transfer!;
        const transfer = { sessionId, transferId: second.id };
        await untilConsulting();
        const swapped = await client.post(new SwapTransfer(transfer));
        await client.post(new CompleteTransfer({ ...transfer, join: true }));
        const listed = (await client.get(new GetTransfers({ sessionId }))).transfers ?? [];
        const all = [cancelled.transfer!, swapped.transfer!, ...listed];
        return { states: all.map(one => one.state), isConsult: first.kind === TransferKind.Consult };
    },

    async lists() {
        client.bearerToken = facts.key;
        const { sessionId } = facts;
        const active: GetMySessionsResponse = await client.get(new GetActiveSessions());
        const parties = await client.get(
            new GetConferenceMembers({ sessionId, includeEnded: true })
        );
        const events = await client.get(new GetSessionEvents({ sessionId, count: 2 }));
        return {
            active: (active.sessions ?? []).map(one => one.id),
            members: (parties.members ?? []).map(member),
            events: (events.events ?? []).map(one => [one.sequence, one.type]),
        };
    },

    async ends() {
        client.bearerToken = facts.key;
        await client.delete(new EndSession({ sessionId: facts.sessionId }));
        return { status: answers[answers.length - 1].status };
    },

    async findsPeople() {
        client.bearerToken = facts.key;
        const ready = await client.patch(new SetPresence({ agentState: AgentStates.Ready }));
        const { destination } = facts;
        await client.post(new AddFavorite({ destination, name: "Office" }));
        const found = await client.get(new GetDirectory({ search: "office" }));
        await client.delete(new RemoveFavorite({ destination }));
        const left = await client.get(new GetDirectory());
        const placed: SessionInfo = await client.post(new PlaceCall({ destination }));
        await client.delete(new EndSession({ sessionId: placed.id }));
        return {
            state: ready.agentState,
            presence: (await client.get(new GetPresence())).agentStateReason,
            favorites: (found.favorites ?? []).map(one => [one.destination, one.name]),
            left: (left.favorites ?? []).length,
            numbers: (left.callerIds ?? []).length,
            placed: seen(placed),
        };
    },

    async isRefused() {
        const { sessionId } = facts;
        const unsigned = await refused(getSession);
        client.bearerToken = facts.key;
        return {
            401: unsigned,
            400: await refused(() => client.post(add(""))),
            403: await refused(() => client.get(new RequestAuthToken({ userId: "anybody" }))),
            404: await refused(() => client.get(new GetSession({ sessionId: "nothing" }))),
            409: await refused(() => client.post(
                new HoldSession({ sessionId, callSid: "CA" + "0".repeat(32) })
            )),
        };
    },

    async sendsBatches() {
        client.bearerToken = facts.key;
        const done: SessionInfo[] = await client.sendAll(facts.numbers.map(add));
        const { url, headers } = answers[answers.length - 1];
        return {
            url,
            completed: headers.get("X-AutoBatch-Completed"),
            identities: done.map(one => (one.members ?? []).map(party => party.identity)),
            flawed: await refused(() => client.sendAll([add(facts.numbers[0]), add("")])),
        };
    },
};

process.stdout.write(JSON.stringify(await stories[story]()));
