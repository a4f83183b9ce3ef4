"""What the published Python client does, as its users have it do it; run by the Python that has it.

`python python_stories.py BASE STORY FACTS`: plays the story and prints what the client saw, as
JSON. The types are those that the service serves.
"""

import json
import sys
import time
import types
from dataclasses import replace
from typing import Any
from urllib.request import urlopen

from servicestack import Authenticate, JsonServiceClient, WebServiceException

Facts = dict[str, Any]


def served_types(base: str) -> Any:
    """The module of `/types/python`."""
    module = types.ModuleType("dtos")
    sys.modules["dtos"] = module
    with urlopen(f"{base}/types/python", timeout=15) as answer:
        exec(compile(answer.read().decode(), "dtos.py", "exec"), vars(module))  # noqa: S102
    return module


class Story:
    """One client, and the types it speaks in."""

    def __init__(self, base: str, facts: Facts) -> None:
        self.facts, self.dtos = facts, served_types(base)
        self.client = JsonServiceClient(base)
        self.answers: list[Any] = []
        self.client.response_filter = self.answers.append

    def with_key(self) -> "Story":
        self.client.set_bearer_token(self.facts["key"])
        return self

    # --- the stories -------------------------------------------------------------------------

    def signs_in(self) -> Facts:
        """Credentials once, then cookies; nothing after signing out."""
        stranger = self._refused(self._get_session)
        sign_in = Authenticate(
            provider="credentials", user_name=self.facts["email"], password=self.facts["password"]
        )
        user = self.client.post(sign_in)
        session = self._get_session()
        cookies = sorted(self.client._session.cookies.keys())
        self.client.post(Authenticate(provider="logout"))
        return {
            "stranger": stranger,
            "displayName": user.display_name,
            "cookies": cookies,
            "session": _seen(session),
            "afterwards": self._refused(self._get_session),
        }

    def adds(self) -> Facts:
        """The dial button, and who is in the call then."""
        self.with_key()
        add = self._add(self.facts["destination"])
        tried = self.client.post(replace(add, dry_run=True)).dry_run
        session = self.client.post(add)
        return {"session": _seen(session), "url": self.answers[-1].url, "tried": tried}

    def holds_and_resumes(self) -> Facts:
        """One call on hold for a reason, and back."""
        self.with_key()
        reason = self.dtos.SessionHoldReasons.TRANSFERRING
        held = self.client.post(
            self.dtos.HoldSession(session_id=self.facts["sessionId"], reason=reason)
        )
        resumed = self.client.post(self.dtos.ResumeSession(session_id=self.facts["sessionId"]))
        return {
            "held": _seen(held),
            "is": [held.hold_reason is reason, type(held.call_state).__name__],
            "resumed": _seen(resumed),
        }

    def mutes_one(self) -> Facts:
        """A PATCH has a body, and a flag that is false is sent."""
        self.with_key()
        patch = self.dtos.PatchConferenceMember(
            session_id=self.facts["sessionId"], call_sid=self.facts["memberCallSid"], muted=True
        )
        muted = self.client.send(patch)
        patch.muted = False
        return {"muted": _seen(muted), "unmuted": _seen(self.client.send(patch))}

    def supervises(self) -> Facts:
        """A manager finds the call among those that are live, and listens to it."""
        self.with_key()
        live = self.client.get(self.dtos.GetLiveSessions())
        monitor = self.dtos.SupervisionModes.MONITOR
        asked = self.dtos.SuperviseSession(session_id=self.facts["sessionId"], mode=monitor)
        session = self.client.post(asked)
        supervising = [(one.application_data or {}).get("supervising") for one in session.members]
        return {"live": [one.id for one in live.sessions], "supervising": supervising}

    def tries_several(self) -> Facts:
        """A party with two destinations, who ring at once; the list is of typed objects."""
        self.with_key()
        several = [
            self.dtos.DialDestination(destination=self.facts["destination"], ring_time=20),
            self.dtos.DialDestination(destination=self.facts["other"]),
        ]
        session = self.client.post(
            self.dtos.AddConferenceMember(
                session_id=self.facts["sessionId"], call_sid=self.facts["callSid"],
                destinations=several, strategy=self.dtos.HuntStrategy.SIMULTANEOUS,
                human_only=True,
            )
        )  # fmt: skip
        tried = [one.application_data or {} for one in session.members]
        return {"attempts": [one["attempt"] for one in tried if "huntId" in one]}

    def sends_digits(self) -> Facts:
        """To a party who is in the call; the log has that they were sent."""
        self.with_key()
        of = {"session_id": self.facts["sessionId"]}
        to = self.facts["memberCallSid"]
        session = self.client.post(self.dtos.SendDigits(**of, call_sid=to, digits="12w#"))
        events = self.client.get(self.dtos.GetSessionEvents(**of, count=200)).events
        return {"allowed": session.allowed, "events": [one.type for one in events]}

    def has_rights(self) -> Facts:
        """Who may do what, what may be done with this call now, and when it ends."""
        self.with_key()
        rights = self.client.get(self.dtos.GetRights()).rights
        asked = self.dtos.SetEndPolicy(session_id=self.facts["sessionId"], end_policy="nobody")
        session = self.client.post(asked)
        return {
            "supervise": [one.role for one in rights if one.operation == "SuperviseSession"],
            "add": [one.user_part for one in rights if one.operation == "AddConferenceMember"],
            "allowed": session.allowed,
            "endPolicy": session.end_policy,
        }

    def transfers(self) -> Facts:
        """A consultation that is taken back, and one after which all talk together."""
        self.with_key()
        of = {"session_id": self.facts["sessionId"]}
        begun = self.dtos.StartTransfer(
            **of, call_sid=self.facts["callSid"], destination=self.facts["destination"]
        )
        first = self.client.post(begun).transfer
        cancelled = self.client.delete(self.dtos.CancelTransfer(**of, transfer_id=first.id))
        second = self.client.post(begun).transfer
        this = {**of, "transfer_id": second.id}
        self._until_consulting()
        swapped = self.client.post(self.dtos.SwapTransfer(**this))
        self.client.post(self.dtos.CompleteTransfer(**this, join=True))
        listed = self.client.get(self.dtos.GetTransfers(**of)).transfers
        return {
            "states": [one.state.value for one in (cancelled.transfer, swapped.transfer, *listed)],
            "is": [type(first).__name__, type(first.kind).__name__],
        }

    def _until_consulting(self) -> None:
        for _ in range(100):
            if self._get_session().transfer.state.value == "Consulting":
                return
            time.sleep(0.1)

    def lists(self) -> Facts:
        """The user's sessions, the parties and the log of one."""
        self.with_key()
        session_id = self.facts["sessionId"]
        mine = self.client.get(self.dtos.GetMySessions())
        active = self.client.get(self.dtos.GetActiveSessions())
        members = self.client.get(
            self.dtos.GetConferenceMembers(session_id=session_id, include_ended=True)
        )
        events = self.client.get(self.dtos.GetSessionEvents(session_id=session_id, count=2))
        return {
            "mine": [one.id for one in mine.sessions],
            "active": [one.id for one in active.sessions],
            "members": [_member(one) for one in members.members],
            "events": [(one.sequence, one.type) for one in events.events],
            "hasMore": events.has_more,
        }

    def finds_people(self) -> Facts:
        """Presence, directory, favorites, and a call that rings the own device first."""
        dtos, destination = self.with_key().dtos, self.facts["destination"]
        ready = self.client.patch(dtos.SetPresence(agent_state=dtos.AgentStates.READY))
        self.client.post(dtos.AddFavorite(destination=destination, name="Office"))
        found = self.client.get(dtos.GetDirectory(search="office"))
        self.client.delete(dtos.RemoveFavorite(destination=destination))
        left = self.client.get(dtos.GetDirectory())
        placed = self.client.post(dtos.PlaceCall(destination=destination))
        self.client.delete(dtos.EndSession(session_id=placed.id))
        return {
            "state": ready.agent_state,
            "presence": self.client.get(dtos.GetPresence()).agent_state_reason,
            "favorites": [[one.destination, one.name] for one in found.favorites],
            "left": len(left.favorites or []),
            "numbers": len(left.caller_ids),
            "placed": _seen(placed),
        }

    def ends(self) -> Facts:
        """What returns nothing is an empty answer."""
        self.with_key()
        self.client.delete(self.dtos.EndSession(session_id=self.facts["sessionId"]))
        return {"status": self.answers[-1].status_code, "session": _seen(self._get_session())}

    def is_refused(self) -> Facts:
        """Every kind of error, as the client shows it."""
        session_id = self.facts["sessionId"]
        unsigned = {
            "401": self._refused(self._get_session),
            "401 without a body": self._refused(
                lambda: self.client.head(self.dtos.GetSession(session_id=session_id))
            ),
        }
        self.with_key()
        return unsigned | {
            "400": self._refused(lambda: self.client.post(self._add(""))),
            "403": self._refused(
                lambda: self.client.get(self.dtos.RequestAuthToken(user_id="anybody"))
            ),
            "404": self._refused(
                lambda: self.client.get(self.dtos.GetSession(session_id="nothing"))
            ),
            "409": self._refused(
                lambda: self.client.post(
                    self.dtos.HoldSession(session_id=session_id, call_sid="CA" + "0" * 32)
                )
            ),
        }

    def sends_batches(self) -> Facts:
        """Several adds in one request; then some with a flaw in the middle."""
        self.with_key()
        done = self.client.send_all([self._add(number) for number in self.facts["numbers"]])
        last = self.answers[-1]
        flawed = [self._add(self.facts["numbers"][0]), self._add(""), self._add("+12025550177")]
        return {
            "url": last.url,
            "completed": last.headers["X-AutoBatch-Completed"],
            "types": [type(one).__name__ for one in done],
            "identities": [_seen(one)["identities"] for one in done],
            "flawed": self._refused(lambda: self.client.send_all(flawed)),
        }

    def asks_for_a_page(self) -> Facts:
        """Lists in a query, as this client spells them."""
        self.with_key()
        asked = self.dtos.ListSessions(account_ids=[self.facts["accountId"], "b"], all=True)
        page = self.client.get(asked)
        return {
            "url": self.answers[-1].url,
            "ids": [one.id for one in page.items],
            "types": sorted({type(one).__name__ for one in page.items}),
            "totalCount": page.total_count,
            "hasMorePages": page.has_more_pages,
        }

    # --- what they are made of ---------------------------------------------------------------

    def _get_session(self) -> Any:
        return self.client.get(self.dtos.GetSession(session_id=self.facts["sessionId"]))

    def _add(self, destination: str) -> Any:
        return self.dtos.AddConferenceMember(
            session_id=self.facts["sessionId"],
            call_sid=self.facts["callSid"],
            destination=destination,
        )

    def _refused(self, request: Any) -> Facts:
        try:
            request()
        except WebServiceException as error:
            status = error.response_status
            return {
                "status": error.status_code,
                "reason": error.status_description,
                "errorCode": status and status.error_code,
                "message": status and status.message,
                "fields": [one.field_name for one in status.errors or ()] if status else [],
                "meta": sorted((status.meta or {}).items()) if status else [],
            }
        return {"status": "not refused"}


def _seen(session: Any) -> Facts:
    return {
        "type": type(session).__name__,
        "id": session.id,
        "callState": session.call_state.value,
        "holdReason": session.hold_reason.value,
        "ended": session.ended,
        "identities": [one.identity for one in session.members],
        "members": [_member(one) for one in session.members],
    }


def _member(member: Any) -> Facts:
    return {
        "type": type(member).__name__,
        "identity": member.identity,
        "role": member.role.value,
        "callState": member.call_state.value,
        "muted": member.muted,
        "status": (member.application_data or {}).get("status"),
    }


if __name__ == "__main__":
    _, address, name, given = sys.argv
    story = Story(address, json.loads(given))
    sys.stdout.write(json.dumps(getattr(story, name)()))
