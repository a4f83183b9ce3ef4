"""Second factors: when they count, which codes do, and how often one may guess (C95)."""

import logging
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import text

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.auth.guess_limits import Client, GuessLimits
from evovoice.services.auth.second_factors import Confirmed
from evovoice.services.errors import (
    BasicIsNotEnough,
    NoSecondFactor,
    SecondFactorIsOn,
    SecondFactorNeeded,
    TooManyLogins,
    WrongCode,
    WrongPassword,
    WrongPresentCode,
    WrongPresentPassword,
)
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, HERE, MAX, PASSWORD, THERE, House, fast, house, network

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")
STEP = timedelta(seconds=30)


class App:
    """Ann's authenticator app, and what she wrote down."""

    def __init__(self, house: House, user: User = ANN) -> None:
        factors = house.sign_in.second_factors
        enrolment = factors.begin(user, PASSWORD, HERE)
        self.house, self.user, self.uri = house, user, enrolment.uri
        self.totp = pyotp.parse_uri(enrolment.uri)
        assert enrolment.secret == self.totp.secret

    def confirmed(self, kept: str | None = None) -> Confirmed:
        found = self.house.sign_in.second_factors.confirm(self.user, self.code(), HERE, kept)
        self.house.now += STEP  # that code is used up
        return found

    def code(self, steps: int = 0) -> str:
        """That of now, or of so many half minutes later."""
        assert isinstance(self.totp, pyotp.TOTP)
        return self.totp.at(self.house.now + steps * STEP)


def tried(house: House, code: str, client: Client = HERE, password: str = PASSWORD) -> str:
    """What comes of a sign-in with that code, in one word."""
    try:
        house.sign_in.sign_in(ANN.email, password, client, False, (), code)
    except (WrongPassword, SecondFactorNeeded, WrongCode, TooManyLogins) as error:
        return type(error).__name__
    return "in"


def test_code_is_asked_for_once_one_has_confirmed_it_c95(house: House) -> None:
    """A secret that was only shown counts for nothing: its QR code may not have been read."""
    app = App(house)
    assert "in" == tried(house, "")
    app.confirmed()
    assert "SecondFactorNeeded" == tried(house, "")
    assert "SecondFactorNeeded" == tried(house, "  ")
    assert "in" == tried(house, app.code())
    assert "in" == house.guess(MAX.email, password=PASSWORD), "nobody else is asked"


def test_wrong_password_says_nothing_of_a_second_factor_c95_c37(house: House) -> None:
    """Whatever code comes with it; the code is not looked at, and can be used."""
    app = App(house)
    app.confirmed()
    code = app.code()
    assert ["WrongPassword"] * 3 == [tried(house, one, HERE, "no") for one in ("", "1", code)]
    assert "in" == tried(house, code)


def test_code_counts_once_in_every_process_c95(house: House) -> None:
    """Also the one that has confirmed the factor, and those of before."""
    app = App(house)
    first = app.code()
    app.confirmed()
    assert "WrongCode" == tried(house, first)
    code = app.code()
    other = House(house.database)
    other.now = house.now
    assert ["in", "WrongCode"] == [tried(house, code), tried(other, code)]
    house.later(seconds=30)
    assert "in" == tried(house, app.code())


@pytest.mark.parametrize(
    ("steps", "word"), [(-2, "WrongCode"), (-1, "in"), (0, "in"), (1, "in"), (2, "WrongCode")]
)
def test_clock_of_a_telephone_may_be_half_a_minute_off_c95(
    house: House, steps: int, word: str
) -> None:
    app = App(house)
    app.confirmed()
    house.later(minutes=5)
    assert word == tried(house, app.code(steps))


def test_code_of_a_clock_that_is_fast_uses_up_those_before_it_c95(house: House) -> None:
    app = App(house)
    app.confirmed()
    assert "in" == tried(house, app.code(1))
    assert "WrongCode" == tried(house, app.code())


@pytest.mark.parametrize("typed", ["{0}", " {0} ", "{1} {2}", "{1}-{2}"])
def test_code_may_be_typed_as_apps_show_it_c95(house: House, typed: str) -> None:
    app = App(house)
    app.confirmed()
    code = app.code()
    assert "in" == tried(house, typed.format(code, code[:3], code[3:]))


@pytest.mark.parametrize(
    "code", ["12345", "1234567", "abcdef", "١٢٣٤٥٦", "\0", "\udcff", "x" * 300]
)
def test_strange_codes_are_wrong_and_harmless_c95(house: House, code: str) -> None:
    App(house).confirmed()
    assert "WrongCode" == tried(house, code)


def test_codes_are_guessed_five_times_a_quarter_of_an_hour_and_twenty_a_day_c95(
    house: House,
) -> None:
    """Whatever the network: who guesses knows the password."""
    app = App(house)
    app.confirmed()
    wrong = ["WrongCode"] * 5
    assert wrong == [tried(house, f"{n:06}", network(n)) for n in range(5)]
    assert "TooManyLogins" == tried(house, app.code(), network(9))
    words: list[str] = []
    for quarter in range(1, 30):
        house.later(minutes=45)
        words += [tried(house, f"{quarter}{n:05}", network(n)) for n in range(3)]
    looked_at = words.count("WrongCode")
    assert 15 <= looked_at <= 40, "twenty, and what a day of that gives back"


def test_right_codes_use_up_no_guess_c95(house: House) -> None:
    app = App(house)
    app.confirmed()
    for _ in range(30):
        assert "in" == tried(house, app.code())
        house.later(seconds=30)


def test_device_that_signed_in_before_has_codes_of_its_own_c95(house: House) -> None:
    """Who has found out the password keeps its owner out of no device of theirs."""
    app = App(house)
    app.confirmed()
    login = house.sign_in.sign_in(ANN.email, PASSWORD, HERE, False, (), app.code())
    house.later(seconds=30)
    for n in range(8):
        tried(house, f"{n:06}", THERE)
    assert "TooManyLogins" == tried(house, app.code(), THERE)
    assert "in" == tried(house, app.code(), Client(HERE.address, login.device_cookie))


def test_right_password_without_a_code_makes_no_device_known_c95(house: House) -> None:
    """Only a sign-in hands out the cookie."""
    App(house).confirmed()
    with pytest.raises(SecondFactorNeeded):
        house.sign_in.sign_in(ANN.email, PASSWORD, HERE, False)


def test_recovery_codes_count_once_each_c95(house: House) -> None:
    """In any case, with or without hyphens; the log and the database have none."""
    app = App(house)
    codes = app.confirmed().recovery_codes
    assert 10 == len(set(codes))
    assert all(24 == len(one.replace("-", "")) for one in codes)
    first, second = codes[0], codes[1].upper().replace("-", " ")
    assert ["in", "WrongCode"] == [tried(house, first), tried(house, first)]
    assert "in" == tried(house, second)
    assert 8 == house.sign_in.second_factors.state(ANN).recovery_codes_left


def test_copy_of_the_database_makes_no_codes_c95(house: House) -> None:
    """Neither the secret is in it nor a recovery code; SECRET_KEY is somewhere else."""
    app = App(house)
    codes = app.confirmed().recovery_codes
    with house.database.reading() as work:
        queries = (text("SELECT * FROM second_factors"), text("SELECT * FROM recovery_codes"))
        stored = " ".join(str(work.connection.execute(one).all()) for one in queries)
    secret = app.totp.secret
    assert [] == [one for one in (secret, *codes) if one in stored or one.lower() in stored]


def test_new_secret_key_is_told_and_recovery_codes_go_on_c95(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Codes of the app are wrong then, and somebody has to know why."""
    app = App(house)
    codes = app.confirmed().recovery_codes
    other = House(house.database, key="another key")
    other.now = house.now
    assert "WrongCode" == tried(other, app.code())
    assert "SECRET_KEY is not the one" in caplog.text
    assert "in" == tried(other, codes[0])


def test_basic_is_not_enough_with_a_second_factor_c95_c31(house: House) -> None:
    """Also where the process has the password as verified; a key goes on."""
    app = App(house)
    key = administration.add_key(house.database, ANN.id, house.now).key
    assert "in" == house.basic()
    app.confirmed()
    with pytest.raises(BasicIsNotEnough, match="sign in with cookies, or use an API key"):
        house.sign_in.user_of_password(ANN.email, PASSWORD, HERE)
    assert ANN == house.sign_in.user_of_key(key)


def test_password_is_needed_to_set_one_up_and_to_disable_it_c95(house: House) -> None:
    """A login that was found is not enough to keep its owner out."""
    factors = house.sign_in.second_factors
    with pytest.raises(WrongPresentPassword):
        factors.begin(ANN, "wrong", HERE)
    app = App(house)
    app.confirmed()
    with pytest.raises(WrongPresentPassword):
        factors.disable(ANN, "wrong", app.code(), HERE, None)
    with pytest.raises(WrongPresentCode):
        factors.disable(ANN, PASSWORD, "000000", HERE, None)
    assert "SecondFactorNeeded" == tried(house, "")
    factors.disable(ANN, PASSWORD, app.code(), HERE, None)
    assert "in" == tried(house, "")


def test_disabled_by_a_recovery_code_too_and_set_up_anew_c95(house: House) -> None:
    """The codes of before count for nothing then."""
    app = App(house)
    codes = app.confirmed().recovery_codes
    house.sign_in.second_factors.disable(ANN, PASSWORD, codes[0], HERE, None)
    assert 0 == house.sign_in.second_factors.state(ANN).recovery_codes_left
    anew = App(house)
    anew.confirmed()
    assert "WrongCode" == tried(house, codes[1])
    assert "WrongCode" == tried(house, app.code())
    assert "in" == tried(house, anew.code())


def test_one_that_counts_is_not_replaced_c95(house: House) -> None:
    """One that was only begun is: a user may have lost sight of the QR code."""
    factors = house.sign_in.second_factors
    first, second = App(house), App(house)
    with pytest.raises(WrongPresentCode):
        factors.confirm(ANN, first.code(), HERE, None)
    second.confirmed()
    with pytest.raises(SecondFactorIsOn):
        factors.begin(ANN, PASSWORD, HERE)
    with pytest.raises(SecondFactorIsOn):
        factors.confirm(ANN, second.code(), HERE, None)
    with pytest.raises(NoSecondFactor):
        factors.confirm(MAX, "000000", HERE, None)
    with pytest.raises(NoSecondFactor):
        factors.disable(MAX, PASSWORD, "000000", HERE, None)


def test_logins_end_when_a_second_factor_comes_and_goes_c95_c86(house: House) -> None:
    """As with a new password; who does it goes on with a new login of the same kind."""
    before, elsewhere, maxs = house.login(remember=True), house.login(), house.login(MAX)
    app = App(house)
    confirmed = app.confirmed(before)
    assert confirmed.login is not None
    assert (False, False, MAX) == (house.is_in(before), house.is_in(elsewhere), house.who(maxs))
    assert house.is_in(confirmed.login.permanent_secret)
    after = house.sign_in.second_factors.disable(
        ANN, PASSWORD, app.code(), HERE, confirmed.login.secret
    )
    assert after is not None
    assert not house.is_in(confirmed.login.secret)
    assert house.is_in(after.secret)


def test_setting_one_up_is_limited_like_signing_in_c95(house: House) -> None:
    factors = house.sign_in.second_factors
    app = App(house)
    for n in range(5):
        with pytest.raises(WrongPresentCode):
            factors.confirm(ANN, f"{n:06}", HERE, None)
    with pytest.raises(TooManyLogins):
        factors.confirm(ANN, app.code(), HERE, None)


def test_reset_lets_the_password_in_alone_and_ends_logins_c95(house: House) -> None:
    """By the command line; again it changes nothing."""
    app = App(house)
    app.confirmed()
    login = house.sign_in.sign_in(ANN.email, PASSWORD, HERE, False, (), app.code()).secret
    known, was_on = administration.reset_second_factor(house.database, ANN.email, house.now)
    assert (ANN, True) == (known.user, was_on)
    assert not house.is_in(login)
    login = house.login()
    known, was_on = administration.reset_second_factor(house.database, ANN.id, house.now)
    assert (ANN, False) == (known.user, was_on)
    assert house.is_in(login)


def test_neither_secret_nor_code_reaches_the_log_c95(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    app = App(house)
    codes = app.confirmed().recovery_codes
    code = app.code()
    tried(house, code)
    tried(house, "654321")
    assert f"wrong code of the second factor for {ANN.id}" in caplog.text
    hidden = (app.totp.secret, app.uri, code, "654321", *codes)
    assert [] == [one for one in hidden if one in caplog.text]


def test_limits_of_codes_are_far_from_a_guess_c95() -> None:
    """Three codes of a million count at a time: twenty guesses a day hit in a century and more."""
    limits = GuessLimits()
    assert 3 * limits.codes_a_day * 365 * 45 < 1_000_000
