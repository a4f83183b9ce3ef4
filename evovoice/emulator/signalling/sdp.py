"""Which peer connection of a page an SDP is of."""


def session_of(sdp: str) -> str:
    """The origin without its version (RFC 8866, 5.2); all of it where there is none.

    A page that takes its call back says an SDP of the connection that it has, by now with
    candidates; a page that takes a call over has a connection of its own.
    """
    for line in sdp.splitlines():
        if line.startswith("o="):
            user, session, _, *address = f"{line} - - -".split()
            return " ".join((user, session, *address))
    return sdp
