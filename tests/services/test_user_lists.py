"""Lists of users are read with every flaw, and written as they are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.domain.values import Role, User
from evovoice.services.administration.refusals import InvalidLines
from evovoice.services.administration.user_lists import (
    MOST_LINES,
    UserLine,
    read_users,
    write_users,
)

ANN = UserLine(2, "Acme", "Ann", "ann@acme.test", "User")


@pytest.mark.parametrize(
    "text",
    [
        "account,name,email,role\nAcme,Ann,ann@acme.test,User\n",
        "account,name,email,role\r\nAcme,Ann,ann@acme.test,",
        "\ufeffRole; EMAIL ;name;account\r\nUser; ann@acme.test;Ann;Acme\r\n",
        'account,name,email\n"Acme","Ann",ann@acme.test\n\n , ,\n',
    ],
    ids=["plain", "no role", "of a spreadsheet", "quoted, with blank lines"],
)
def test_list_is_read_in_every_spelling(text: str) -> None:
    assert [ANN] == read_users(text)


def test_lines_have_the_numbers_that_an_editor_shows() -> None:
    """Also after blank ones, and where a cell goes over two lines."""
    text = 'name,email\n\nA,a@b\n"B\nb",b@b\nC,c@b\n'
    assert [3, 4, 6] == [line.number for line in read_users(text)]


def flaws(text: str) -> list[tuple[int, str]]:
    with pytest.raises(InvalidLines) as error:
        read_users(text)
    return error.value.flaws


def test_every_flaw_of_the_columns_is_told() -> None:
    """A password is no column: in a file it would lie about."""
    assert [
        (1, "There is no column 'password'; there are account, name, email, role, extension."),
        (1, "The column 'name' is there twice."),
        (1, "The column 'email' is missing."),
    ] == flaws("name,password,Name\nA,b,c\n")
    assert [1, 1] == [line for line, _ in flaws("")]


def test_every_line_with_too_many_or_too_few_cells_is_told() -> None:
    text = "name,email\nA\nB,b@b\nC,c@b,User\n"
    assert [(2, "The line has 1 cells, and there are 2 columns."),
            (4, "The line has 3 cells, and there are 2 columns.")] == flaws(text)  # fmt: skip


def test_broken_quotes_are_told() -> None:
    assert "cannot be read as CSV" in flaws('name,email\n"A"b,a@b\n')[0][1]
    assert "cannot be read as CSV" in flaws('name,email\n"A,a@b\n')[0][1]


def test_list_that_is_too_long_is_told() -> None:
    rows = [f"A,a{number}@b" for number in range(MOST_LINES + 1)]
    assert MOST_LINES == len(read_users("\n".join(["name,email", *rows[:-1]])))
    assert [MOST_LINES + 2] == [line for line, _ in flaws("\n".join(["name,email", *rows]))]


_NAMES = st.text(
    st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20
).filter(lambda text: text == text.strip() != "")


@given(st.lists(st.tuples(_NAMES, _NAMES, st.sampled_from(Role)), max_size=5))
def test_what_is_written_is_read_again(people: list[tuple[str, str, Role]]) -> None:
    users = [User("u", "a-1", name, email, role, "i") for name, email, role in people]
    assert [("a-1", *one) for one in people] == [
        (line.account, line.name, line.email, line.role) for line in read_users(write_users(users))
    ]
