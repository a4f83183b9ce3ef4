"""How often one may guess a password: by name and network, by device, by address, everywhere."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import text

from evovoice.services import administration
from evovoice.services.auth import credentials, known_devices
from evovoice.services.auth.credentials import digest
from evovoice.services.auth.guess_limits import Client, GuessLimits
from evovoice.services.errors import TooManyLogins
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import (
    ANN,
    HASHED,
    HERE,
    MAX,
    PASSWORD,
    START,
    THERE,
    House,
    fast,
    house,
    network,
)

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")


def attack(house: House, guesses: int, name: str = ANN.email) -> list[str]:
    """Wrong passwords, ten from each of many networks."""
    return [house.guess(name, network(number // 10)) for number in range(guesses)]


# --- by name and network -------------------------------------------------------------------------


def test_unknown_names_cost_and_count_like_known_ones_c37(
    house: House, fast: list[str | None]
) -> None:
    """One slow check each, until both are refused after the same number of guesses."""
    names = (ANN.email, "nobody@acme.test")
    words = {name: [house.guess(name) for _ in range(12)] for name in names}
    assert words[names[0]] == words[names[1]]
    assert ["WrongPassword"] * 10 + ["TooManyLogins"] * 2 == words[ANN.email]
    assert [HASHED] * 10 + [None] * 10 == fast


def test_guessing_is_limited_by_name_and_network_c37(house: House) -> None:
    """From all its addresses together, in every spelling, also with the right password."""
    spellings = (ANN.email, "ANN@acme.test ")
    for number in range(10):
        assert "WrongPassword" == house.guess(spellings[number % 2], Client(f"192.0.2.{number}"))
    with pytest.raises(TooManyLogins, match="Too many failed sign-ins, try again in 180 seconds"):
        house.login()
    assert "TooManyLogins" == house.basic()
    assert "in" == house.guess(MAX.email, password=PASSWORD)


def test_wrong_passwords_from_elsewhere_keep_nobody_out_c37(house: House) -> None:
    for _ in range(50):
        house.guess(client=THERE)
    assert "in" == house.guess(password=PASSWORD)
    assert "in" == house.basic()


@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        ("192.0.2.1", "192.0.2.254", "192.0.3.1"),
        ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "192.0.2.9", "198.51.100.1"),
        ("fe80::1%eth0", "fe80::2", "2001:db8::1"),
        ("192.0.2.1:50001", "192.0.2.9:50002", "192.0.3.1:50001"),
        ("[2001:db8::1]:50001", "2001:db8::2", "[2001:db8:0:1::1]:50001"),
        ("", "", "192.0.2.1"),
    ],
)
def test_neighbours_share_what_a_name_has_left_c37(
    house: House, address: str, neighbour: str, stranger: str
) -> None:
    for _ in range(10):
        house.guess(client=Client(address))
    assert "TooManyLogins" == house.guess(client=Client(neighbour), password=PASSWORD)
    assert "in" == house.guess(client=Client(stranger), password=PASSWORD)


def test_what_was_refused_costs_as_well_c37(house: House) -> None:
    """Who goes on waits longer, a quarter of an hour after the last of them at most."""
    for number in range(10):
        house.guess(password=f"try {number}")  # the tenth is of another kind than the right one
    house.later(seconds=89)
    assert "TooManyLogins" == house.guess(password=PASSWORD)
    house.later(seconds=90)
    assert "TooManyLogins" == house.guess(password=PASSWORD), "it would have been allowed at 90"
    for number in range(40):
        house.guess(password=f"try {number}")
    house.later(minutes=15, seconds=-1)
    assert "TooManyLogins" == house.guess(password=PASSWORD)
    house.later(seconds=1)
    assert "in" == house.guess(password=PASSWORD)


def test_program_that_goes_on_with_its_one_password_is_let_in_again_c37(house: House) -> None:
    """Guesses in its network have kept it out; it pays no heed to when it may come back."""
    for number in range(50):
        house.guess(password=f"guess {number}")
    words = []
    while "in" not in words and house.now < START + timedelta(minutes=20):
        house.later(seconds=10)
        words.append(house.basic())
    assert house.now <= START + timedelta(minutes=18)
    assert ["in"] * 5 == [house.basic() for _ in range(5)]


def test_who_waits_as_told_is_let_in_c37_c30(house: House) -> None:
    for _ in range(11):
        house.guess()
    with pytest.raises(TooManyLogins) as refusal:
        house.login()
    house.later(seconds=refusal.value.seconds)
    assert house.new_login().user == ANN


# --- by address ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        ("192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("192.0.2.1:50001", "192.0.2.1:50002", "192.0.2.2:50001"),
        ("[2001:db8::1]:50001", "[2001:db8::2]", "[2001:db8:0:1::1]:50001"),
    ],
)
def test_guessing_is_limited_by_address_c37(
    house: House, address: str, neighbour: str, stranger: str
) -> None:
    """Whatever the name; an IPv6 network is one address."""
    guesser = House(house.database, GuessLimits(per_address=5))
    words = [guesser.guess(f"{number}@acme.test", Client(address)) for number in range(6)]
    assert ["WrongPassword"] * 5 + ["TooManyLogins"] == words
    assert "TooManyLogins" == guesser.guess(client=Client(neighbour), password=PASSWORD)
    assert "in" == guesser.guess(client=Client(stranger), password=PASSWORD)


# --- everywhere, and who is known ----------------------------------------------------------------


def test_strangers_everywhere_have_a_hundred_guesses_a_day_c37(house: House) -> None:
    """Then one each quarter of an hour, however many networks they have."""
    assert ["WrongPassword"] * 100 + ["TooManyLogins"] * 20 == attack(house, 120)
    assert "TooManyLogins" == house.guess(client=HERE, password=PASSWORD)
    assert "in" == house.guess(MAX.email, password=PASSWORD)
    house.later(minutes=15)
    words = [house.guess(client=network(100 + number)) for number in range(5)]
    assert ["WrongPassword"] + ["TooManyLogins"] * 4 == words


def test_one_network_alone_uses_up_little_of_what_all_have_c37(house: House) -> None:
    """What it was refused counts against itself."""
    for _ in range(300):
        house.guess(client=THERE)
    assert ["WrongPassword"] * 90 == attack(house, 90)


def test_device_that_signed_in_before_is_let_in_during_an_attack_c37(house: House) -> None:
    """From a network it was never in; its cookie alone lets nobody in."""
    cookie = house.new_login().device_cookie
    house.later(days=31)  # the network it signed in from is as good as any other
    attack(house, 120)
    assert "TooManyLogins" == house.guess(client=HERE, password=PASSWORD)
    device = Client("203.0.113.7", cookie)
    assert "WrongPassword" == house.guess(client=device)
    assert "in" == house.guess(client=device, password=PASSWORD)
    assert "in" == house.basic(device)


def test_device_has_its_own_guesses_c37(house: House) -> None:
    """Ten, wherever it is; others are not kept out by them."""
    cookie = house.new_login().device_cookie
    words = [house.guess(client=Client(f"10.1.{number}.1", cookie)) for number in range(12)]
    assert ["WrongPassword"] * 10 + ["TooManyLogins"] * 2 == words
    assert "TooManyLogins" == house.guess(client=Client(HERE.address, cookie), password=PASSWORD)
    assert "in" == house.guess(client=HERE, password=PASSWORD)


def test_program_in_a_network_that_signed_in_before_is_let_in_during_an_attack_c37(
    house: House,
) -> None:
    """Basic has no cookie: its network is what is known."""
    assert "in" == house.basic(HERE)
    attack(house, 120)
    house.later(minutes=2)
    assert "in" == house.basic(Client("192.0.2.200"))
    assert "TooManyLogins" == house.basic(THERE)
    house.later(days=30)
    attack(house, 120)
    assert "TooManyLogins" == house.basic(HERE), "a month later it is not known any more"


def test_made_up_and_foreign_device_cookies_are_worth_nothing_c37(house: House) -> None:
    ours = house.new_login().device_cookie
    device, day, signature = ours.split(".")
    other_key = House(house.database, key="another").new_login().device_cookie
    attack(house, 120)
    for cookie in (
        "x", "~~~", "é", f"{device}.{day}.{'0' * 64}", f"{'x' * 16}.{day}.{signature}",
        f"{device}.{int(day) + 1}.{signature}", other_key, house.new_login(MAX).device_cookie,
    ):  # fmt: skip
        assert "TooManyLogins" == house.guess(client=Client(THERE.address, cookie))
    assert "in" == house.guess(client=Client(THERE.address, ours), password=PASSWORD)


def test_device_is_forgotten_half_a_year_after_its_last_sign_in(house: House) -> None:
    cookie = house.new_login().device_cookie
    house.later(days=179)
    attack(house, 120)
    renewed = house.new_login(client=Client(THERE.address, cookie)).device_cookie
    assert cookie.partition(".")[0] == renewed.partition(".")[0], "it stays the same device"
    house.later(days=2)
    attack(house, 120)
    assert "TooManyLogins" == house.guess(client=Client("10.9.9.9", cookie))
    assert "WrongPassword" == house.guess(client=Client("10.9.9.9", renewed))


def test_several_users_share_a_device(house: House) -> None:
    """The five who signed in last; each has guesses of their own."""
    people = [
        administration.add_user(
            house.database, "a-1", f"P {n}", f"p{n}@acme.test", PASSWORD, "User"
        )
        for n in range(6)
    ]
    cookie = ""
    for one in people:
        cookie = house.new_login(one, client=Client(THERE.address, cookie)).device_cookie
    assert 5 == len(cookie.split("~"))
    assert len(cookie) < 4096 / 2
    for one in people:
        attack(house, 120, one.email)
    device = Client("203.0.113.7", cookie)
    words = [house.guess(one.email, device, PASSWORD) for one in people]
    assert ["TooManyLogins"] + ["in"] * 5 == words
    assert known_devices.LIFETIME.days == 180


# --- in every process the same -------------------------------------------------------------------


def test_every_process_gives_the_same_response_c37(house: House) -> None:
    """Also where one of them has verified the password a moment ago."""
    other = House(house.database)
    assert "in" == house.basic()
    for _ in range(10):
        house.guess(client=Client("192.0.2.77"))
    words = [(house if number % 2 else other).basic() for number in range(20)]
    assert ["TooManyLogins"] * 20 == words
    for one in (house, other):
        one.later(minutes=31)
    assert ["in"] * 4 == [one.basic() for one in (house, other, house, other)]


def test_verified_password_is_not_verified_again_for_a_minute(
    house: House, fast: list[str | None]
) -> None:
    """Basic brings it with every request; nothing is counted then."""
    assert ["in"] * 30 == [house.basic() for _ in range(30)]
    assert [HASHED] == fast


def test_right_passwords_use_nothing_up(house: House) -> None:
    """Somebody may sign in as often as they like."""
    for _ in range(15):
        assert "in" == house.guess(password=PASSWORD)
        house.later(seconds=61)  # past the short memory of what was right
    assert 10 == [house.guess() for _ in range(30)].count("WrongPassword")


def test_right_password_with_two_requests_at_once_is_one_guess(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that opens sends several; the last guess that is left is enough for all."""
    for _ in range(9):
        house.guess()
    seconds: list[Future[str]] = []

    def verify(password_hash: str | None, password: str) -> bool:
        """While the first is verified the second comes, and gets as far as it can."""
        if not seconds:
            seconds.append(pool.submit(house.basic))
            wait(seconds, timeout=0.3)
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(credentials, "verify_password", verify)
    with ThreadPoolExecutor(1) as pool:
        assert "in" == house.basic()
    assert ["in"] == [second.result() for second in seconds]


def test_parallel_guesses_are_counted_right(house: House) -> None:
    """Forty at once by two processes: ten are judged, thirty refused, and none gets in."""
    houses: list[Callable[[], str]] = [house.guess, House(house.database).guess]
    with ThreadPoolExecutor(8) as pool:
        words = list(pool.map(lambda number: houses[number % 2](), range(40)))
    assert (10, 30) == (words.count("WrongPassword"), words.count("TooManyLogins"))


def test_somebody_who_is_signed_in_is_not_signed_out_by_guesses(house: House) -> None:
    secret = house.login()
    for _ in range(12):
        house.guess()
    assert house.is_in(secret)


def test_what_is_counted_names_nobody_without_the_secret_key(house: House) -> None:
    """A plain digest of an address can be guessed back, there are few enough of them."""
    query = text("SELECT subject FROM login_attempts UNION SELECT subject FROM known_networks")

    def subjects() -> set[str]:
        with house.database.reading() as unit:
            return {row.subject for row in unit.logins._connection.execute(query)}

    house.guess()
    house.basic()
    first = subjects()
    assert 3 == len(first), "address, name and network (also as a known one), name everywhere"
    plain = {digest(f"address {HERE.address}"), digest(ANN.email), digest(f"name {ANN.email}")}
    assert not first & plain
    House(house.database, key="another").guess()
    assert 3 == len(subjects() - first)


def test_log_tells_whose_password_was_tried_and_never_what_was_typed(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """People type their password where the name belongs."""
    caplog.set_level("INFO")
    house.guess("my secret password")
    for _ in range(11):
        house.guess()
    login = house.new_login(client=THERE)
    told = [r.getMessage() for r in caplog.records if r.name != "evovoice.audit"]
    assert "wrong password for an unknown name" == told[0]
    assert ["wrong password for u-ann"] * 10 == told[1:11]
    assert "too many failed sign-ins for u-ann" == told[11]
    assert caplog.messages[-1].startswith("user.signed_in of u-ann by u-ann: done, login li-")
    hidden = ("my secret", ANN.email, PASSWORD, login.secret, login.device_cookie, HERE.address)
    assert [] == [text for text in hidden if text in caplog.text]
