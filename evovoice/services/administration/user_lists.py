"""Users as a list in CSV: read from one, with every flaw of every line, and written as one."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evovoice.domain.values import Role, User
from evovoice.services.administration.refusals import InvalidLines

COLUMNS = ("account", "name", "email", "role", "extension")
MOST_LINES = 2000
_NEEDED = ("name", "email")
# what spreadsheets compute, in place of showing it; an apostrophe in front keeps it a text
_FORMULA = re.compile("'*[=+@\uff1d\uff0b\uff20\uff0d-]")


@dataclass(frozen=True, slots=True)
class UserLine:
    """A line of a list, with its number; what is empty or has no column is `""`."""

    number: int
    account: str
    name: str
    email: str
    role: str
    extension: str = ""


def read_users(text: str) -> list[UserLine]:
    """The lines of a list, whose first one names the columns in any order and case.

    Cells stand between commas or, as some spreadsheets write them, semicolons. Errors:
    `InvalidLines`.
    """
    text = text.removeprefix("\ufeff")  # written by spreadsheets before the first name
    header = text.partition("\n")[0]
    delimiter = ";" if ";" in header and "," not in header else ","
    try:
        rows = list(_numbered(csv.reader(io.StringIO(text, ""), delimiter=delimiter, strict=True)))
    except csv.Error as error:
        raise InvalidLines([(1, f"This cannot be read as CSV: {error}.")]) from None
    columns = _columns(rows[0][1] if rows else [])
    _require_whole(rows[1:], columns)
    return [_line(number, dict(zip(columns, cells, strict=True))) for number, cells in rows[1:]]


def write_users(users: Iterable[User]) -> str:
    """Those users as `read_users` reads them; the account is told by its id. What a spreadsheet
    would compute has an apostrophe in front: a manager's list may be opened by an administrator.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for user in users:
        cells = (user.account_id, user.name, user.email, user.role.value, user.extension or "")
        writer.writerow([f"'{one}" if _FORMULA.match(one) else one for one in cells])
    return out.getvalue()


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the number of the line on which it begins."""
    begins = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield begins, row
        begins = reader.line_num + 1  # type: ignore[attr-defined]


def _columns(header: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in header]
    flaws = [
        *(f"There is no column '{one}'; there are {', '.join(COLUMNS)}."
          for one in dict.fromkeys(names) if one not in COLUMNS),
        *(f"The column '{one}' is there twice." for one in COLUMNS if names.count(one) > 1),
        *(f"The column '{one}' is missing." for one in _NEEDED if one not in names),
    ]  # fmt: skip
    if flaws:
        raise InvalidLines([(1, flaw) for flaw in flaws])
    return names


def _require_whole(rows: list[tuple[int, list[str]]], columns: list[str]) -> None:
    if len(rows) > MOST_LINES:
        raise InvalidLines([(rows[MOST_LINES][0], f"A list has {MOST_LINES} users at most.")])
    flaws = [
        (number, f"The line has {len(cells)} cells, and there are {len(columns)} columns.")
        for number, cells in rows
        if len(cells) != len(columns)
    ]
    if flaws:
        raise InvalidLines(flaws)


def _line(number: int, cells: dict[str, str]) -> UserLine:
    account, name, email, role, extension = (
        _plain(cells.get(column, "").strip()) for column in COLUMNS
    )
    return UserLine(number, account, name, email, role or Role.USER.value, extension)


def _plain(cell: str) -> str:
    """The cell without the apostrophe that `write_users` has put in front."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
