"""What every request shares: the schema its fields are declared in, and the session's id."""

from marshmallow import EXCLUDE, Schema

from evovoice.web.fields import Place, Text


class RequestSchema(Schema):
    """What an operation takes, in the order of its page. Unknown names are ignored (C10)."""

    class Meta:
        unknown = EXCLUDE


class SessionRequestSchema(RequestSchema):
    """What an operation on one session takes."""

    session_id = Text("sessionId", Place.PATH, "Which session", load_default="")
