"""What a pasted text says, without what pasting brings along (contract 2.5)."""

import unicodedata

_DASHES = frozenset("\u2212\u30fc\u2053\u223c")  # minus, long vowel, swung dash, tilde operator
_BLANK_CONTROLS = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_KEYCAPS = frozenset("\ufe0e\ufe0f\u20e3")  # what makes an emoji of a digit


def plain_text(text: str) -> str:
    """The text in plain characters, trimmed: full-width ones made narrow, every blank a space,
    every dash a hyphen; characters that only format are dropped.
    """
    if text.isascii():
        return "".join(map(_plain, text)).strip() if not text.isprintable() else text.strip()
    return "".join(map(_plain, unicodedata.normalize("NFKC", text))).strip()


def _plain(character: str) -> str:
    if character in _BLANK_CONTROLS:
        return " "
    if character in _KEYCAPS:
        return ""
    kind = unicodedata.category(character)
    if kind == "Cf":
        return ""
    if kind == "Pd" or character in _DASHES:
        return "-"
    return " " if kind == "Zs" else character
