"""Forms, plain and in parts, as the fields they hold; names may repeat (C11)."""

import io
from urllib.parse import parse_qsl

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.values import MAX_FIELDS, decoded

PART = "form body"

Pairs = list[tuple[str, str]]


def read_form(raw: bytes) -> Pairs:
    """Names and values of a plain form. Errors: `UnreadableBody`."""
    text = decoded(raw, PART).strip()
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise UnreadableBody("not UTF-8", PART) from None
    except ValueError:
        raise too_many_fields(PART) from None


def read_multipart(raw: bytes, boundary: str) -> Pairs:
    """The same of a form in parts; a file is no field. Errors: `UnreadableBody`."""
    decoded(raw, PART)
    parser = FormDataParser(max_form_parts=MAX_FIELDS, silent=False)
    options = {"boundary": boundary}
    try:
        _, fields, files = parser.parse(io.BytesIO(raw), "multipart/form-data", len(raw), options)
    except RequestEntityTooLarge:
        raise too_many_fields(PART) from None
    except ValueError as error:
        raise UnreadableBody(str(error), PART) from None
    for file in files.values():
        file.close()
    if files:
        raise UnreadableBody("a file stands where a field belongs", PART)
    pairs = list(fields.items(multi=True))
    if any(name is None for name, _ in pairs):  # so Werkzeug takes it in, whatever its types say
        raise UnreadableBody("a part has no name", PART)
    return pairs


def too_many_fields(part: str) -> UnreadableBody:
    """The refusal of what is wider than any request."""
    return UnreadableBody(f"more than {MAX_FIELDS} fields", part)
