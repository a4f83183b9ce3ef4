"""One table from all that Twilio and the network say of a call that reached nobody to our words.

Three columns: Twilio's numbers (of a refusal and of a call that failed), the final answers of SIP
networks (RFC 3261, 21.4 to 21.6), and the states of a call, which say least and are asked last.
"""

from collections.abc import Mapping

from evovoice.domain.states import Failure, Outcome

_OF_TWILIO: Mapping[Failure, tuple[int, ...]] = {
    Failure.INVALID_NUMBER: (13223, 13224, 21201, 21211, 21217),
    Failure.NOT_IN_SERVICE: (21214,),
    Failure.COUNTRY_NOT_ALLOWED: (13227, 21203, 21215, 32205),
    Failure.NUMBER_BLOCKED: (13225, 21202, 21216),
    Failure.CALLER_ID_REFUSED: (13214, 13247, 21210, 21212, 21213, 21264),
    Failure.TRIAL_ACCOUNT: (21219,),
    Failure.ACCOUNT_NOT_ACTIVE: (10001, 20003, 20005, 20006),
    Failure.CALL_LIMIT: (10004, 16021),
    Failure.CARRIER_BUSY: (20429,),
    Failure.CONFERENCE_FULL: (16020,),
    Failure.CALL_OVER: (16003, 16022, 20404, 21220),
}

# 487 ends every ringing that was stopped, also by the time of ringing: the state says which.
_OF_SIP: Mapping[Failure, tuple[int, ...]] = {
    Failure.BUSY: (486, 600),
    Failure.DECLINED: (603, 607),
    Failure.NO_ANSWER: (408,),
    Failure.UNREACHABLE: (480,),
    Failure.NOT_IN_SERVICE: (404, 410, 604),
    Failure.INVALID_NUMBER: (484, 485),
    Failure.NUMBER_BLOCKED: (403, 608),
    Failure.NETWORK: (488, 500, 502, 503, 504, 580, 606),
}

_OF_STATE: Mapping[Outcome, Failure] = {
    Outcome.BUSY: Failure.BUSY,
    Outcome.NO_ANSWER: Failure.NO_ANSWER,
    Outcome.FAILED: Failure.FAILED,
    Outcome.CANCELED: Failure.CANCELED,
}

_BY_CODE = {code: failure for failure, codes in _OF_TWILIO.items() for code in codes}
_BY_SIP = {answer: failure for failure, answers in _OF_SIP.items() for answer in answers}


def failure_of_refusal(code: int | None) -> Failure:
    """What a refused request means for the party that was to be called."""
    return _BY_CODE.get(code or 0, Failure.REFUSED)


def failure_of_call(outcome: Outcome, code: int | None, sip_answer: int | None) -> Failure | None:
    """Why a call reached nobody; None for one that was answered. Whoever stopped it knows better
    than the network why it was stopped.
    """
    if outcome not in (Outcome.BUSY, Outcome.FAILED, Outcome.NO_ANSWER):
        return _OF_STATE.get(outcome)
    return _BY_CODE.get(code or 0) or _BY_SIP.get(sip_answer or 0) or _OF_STATE[outcome]
