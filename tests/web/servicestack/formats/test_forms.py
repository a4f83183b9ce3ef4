"""Forms, plain and in parts (C11)."""

import pytest

from evovoice.web.refusals import UnreadableBody
from evovoice.web.servicestack.formats.form_format import read_form, read_multipart


def _parts(*fields: tuple[str, str]) -> bytes:
    parts = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields
    ]
    return ("".join(parts) + "--b--\r\n").encode()


def test_form_is_names_and_values_that_may_repeat_c11() -> None:
    expected = [("a", "+1 2"), ("b", ""), ("a", "é"), ("c", "")]
    assert expected == read_form(b"a=%2B1+2&b=&a=%C3%A9&c")


@pytest.mark.parametrize("body", [b"a=%FF", b"a=\xff", b"&".join([b"a=1"] * 1001)])
def test_broken_form_is_refused_c11(body: bytes) -> None:
    with pytest.raises(UnreadableBody, match="Could not read the form body: "):
        read_form(body)


def test_form_in_parts_is_the_same_c11() -> None:
    expected = [("a", "1"), ("a", "é"), ("b", "")]
    assert expected == read_multipart(_parts(("a", "1"), ("a", "é"), ("b", "")), "b")


@pytest.mark.parametrize(
    ("body", "boundary"),
    [
        (_parts(("a", "1")), ""), (_parts(("a", "1")), "x"), (_parts(("a", "1"))[:40], "b"),
        (b"--b\r\n\r\n1\r\n--b--\r\n", "b"), (_parts(("a", "1")) + b"\xff", "b"), (b"x", "b"),
        (_parts(*[("a", "1")] * 1001), "b"), (_parts(('a"; filename="f', "1")), "b"),
    ],
)  # fmt: skip
def test_broken_form_in_parts_is_refused_c11(body: bytes, boundary: str) -> None:
    with pytest.raises(UnreadableBody, match="Could not read the form body: "):
        read_multipart(body, boundary)
