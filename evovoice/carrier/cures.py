"""What a person can do where Twilio refuses for a reason that lies in the account (3.6).

The account's owner has to act in Twilio's console; who reads this is mostly an agent. The texts
follow Twilio's error dictionary and its articles on voice geographic permissions and on 21216.
"""

_COUNTRY = (
    "Ask your administrator to allow this country in Twilio's console, under Voice Geographic"
    " Permissions."
)
_BLOCKED = (
    "Ask your administrator: calls to the US and Canada need an approved Primary Customer Profile"
    " in Twilio's Trust Hub, and other blocks are lifted by Twilio's support only."
)
_CALLER_ID = (
    "Ask your administrator to add the calling number in Twilio's console, under Verified Caller"
    " IDs, or call from a number of the account."
)
_TRIAL = (
    "Ask your administrator to upgrade the account in Twilio's console: a trial account calls"
    " Verified Caller IDs only."
)
_TOO_MANY = (
    "If this happens with few calls, ask your administrator to upgrade the account and to create a"
    " Primary Customer Profile in Twilio's Trust Hub: without one Twilio allows few calls at once."
)

_CURES = {
    10004: _TOO_MANY,
    13214: _CALLER_ID,
    13225: _BLOCKED,
    13227: _COUNTRY,
    16021: _TOO_MANY,
    21203: _COUNTRY,
    21210: _CALLER_ID,
    21215: _COUNTRY,
    21216: _BLOCKED,
    21219: _TRIAL,
    21264: _CALLER_ID,
    32205: _COUNTRY,
}

_NUMBER = "Check the number as it was typed: nobody can be called there."
_SHOWN = (
    "Show a number that the account owns or has verified, and that is written with its country."
)
_ADVICE = {
    **_CURES, **dict.fromkeys((13223, 13224, 21201, 21211, 21214, 21217), _NUMBER),
    **dict.fromkeys((13247, 21212, 21213), _SHOWN),
}  # fmt: skip


def advice_of(code: int | None) -> str | None:
    """The same for an operator, who can also look at what was typed."""
    return None if code is None else _ADVICE.get(code)


def cure_of(code: int | None) -> str | None:
    """One sentence on who can mend it, and where; None where nobody can or no cure is known."""
    return None if code is None else _CURES.get(code)
