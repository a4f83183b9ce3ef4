"""The page for people, in a real browser: a conference of three is up, and its buttons work."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page

from tests.browser import chromium, page, screenshot

from .stories import AGENT, CUSTOMER, OURS, THIRD
from .test_server import (
    PATIENCE,
    TinyApp,
    app,
    ask,
    close,
    convert,
    emulator,
    sdk,
    wait_for,
)

__all__ = ["app", "chromium", "page"]

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=document.title='owned'>"


@contextmanager
def shown(page: Page, app: TinyApp, *options: str) -> Iterator[str]:
    """An emulator that the page has left before it stops, or its polling would find it gone."""
    with emulator(app, *options) as base:
        yield base
        page.goto("about:blank")


def test_the_page_shows_a_conference_of_three_and_hangs_up_one(app: TinyApp, page: Page) -> None:
    with shown(page, app, "--speed", "20") as base:
        client = sdk(base)
        room = convert(client, app, base)
        third = client.conferences(room).participants.create(from_=OURS, to=THIRD, label="guest")
        wait_for(lambda: app.events().count("participant-join") == 3)
        (agent,) = [one for one in client.calls.list(to=AGENT) if one.status == "in-progress"]
        client.conferences(room).participants(str(agent.sid)).update(muted=True)
        page.goto(f"{base}/_emulator/")
        card = page.locator(".card")
        card.locator("tbody tr").nth(2).wait_for()
        assert {CUSTOMER, AGENT, THIRD} == set(card.locator("b").all_inner_texts())
        assert (4, 2) == (card.locator(".hears").count(), card.get_by_text("muted").count() - 1)
        page.locator("#lines tr").first.click()
        page.locator("#detail").wait_for()
        screenshot(page, "conference")
        row = page.locator("#calls tr").filter(has_text=THIRD)
        row.get_by_role("button", name="Hang up").click()
        row.get_by_text("completed").wait_for()
        assert "completed" == client.calls(str(third.call_sid)).fetch().status
        assert 2 == card.locator("tbody tr").count()
        close(client)


def test_the_list_of_what_is_imitated_takes_all_of_its_page(app: TinyApp, page: Page) -> None:
    """Three tables, and nothing of them hides in a box that has to be scrolled."""
    with shown(page, app) as base:
        page.goto(f"{base}/_emulator/imitated")
        sides = "e.clientHeight === e.scrollHeight && e.clientWidth === e.scrollWidth"
        whole = f"all => all.map(e => {sides})"
        assert [True] * 3 == page.locator(".frame").evaluate_all(whole)
        calls = page.locator("tr").filter(has_text="/Calls.json").filter(has_text="POST")
        assert "CallToken" in calls.locator("td").nth(2).inner_text()
        screenshot(page, "imitated")


def test_the_page_places_answers_and_steps_time(app: TinyApp, page: Page) -> None:
    with shown(page, app, "--speed", "0", "--hold-phones") as base:
        page.goto(f"{base}/_emulator/")
        page.locator("#no-calls").wait_for()
        form = page.locator("#place")
        form.get_by_label("From").fill(CUSTOMER)
        form.get_by_label("To").fill(OURS)
        form.get_by_role("button", name="Call").click()
        page.get_by_role("button", name="+1 s").click()
        ringing = page.locator("#calls tr").filter(has_text=AGENT)
        ringing.get_by_role("button", name="Answer").click()
        page.get_by_text("Bridged call").wait_for()
        assert 2 == page.locator(".hears").count()
        page.get_by_role("button", name="Real").click()
        page.locator("[data-speed='1'][aria-pressed='true']").wait_for()
        screenshot(page, "bridge")


def test_the_page_says_how_a_number_is_asked_and_changes_it(app: TinyApp, page: Page) -> None:
    """https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource: VoiceMethod."""
    with shown(page, app, "--speed", "20") as base:
        page.goto(f"{base}/_emulator/")
        owned = page.locator("#owned li").filter(has_text=OURS)
        owned.get_by_text(f"POST {app.base}/voice").wait_for()
        form = page.locator("#number")
        form.get_by_label("Number").fill("(555) 000-1111")
        form.get_by_label("Asked by").select_option("GET")
        form.get_by_role("button", name="Set number").click()
        owned.get_by_text(f"GET {app.base}/voice").wait_for()
        assert (1, "") == (
            page.locator("#owned li").count(),
            form.get_by_label("Number").input_value(),
        )
        ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})
        page.locator("#lines tr").filter(has_text="/voice").first.click()
        page.locator("#detail-facts").get_by_text(f"GET {app.base}/voice?").wait_for()
        screenshot(page, "number")


def test_the_page_presses_keys_and_shows_hostile_text_as_text(app: TinyApp, page: Page) -> None:
    with shown(page, app, "--speed", "20") as base:
        gather = "<Gather timeout='600' action='/menu'/>"
        app.document = lambda path: f"<Response>{gather if path == '/voice' else ''}</Response>"  # type: ignore[method-assign]
        ask("POST", f"{base}/_emulator/calls", {"from": HOSTILE, "to": OURS})
        page.goto(f"{base}/_emulator/")
        ask("PUT", f"{base}/_emulator/phones/{AGENT}", {"says": HOSTILE, "expects": {"1": "hi"}})
        phone = page.locator("#phones li").filter(has_text=AGENT)
        phone.get_by_text(f"says “{HOSTILE}”, expects the keys 1").wait_for()
        row = page.locator("#calls tr").filter(has_text=HOSTILE)
        row.get_by_placeholder("keys").fill("42#")
        row.get_by_role("button", name="Press").click()
        wait_for(lambda: [form["Digits"] for path, form in app.received if path == "/menu"])
        assert "Twilio emulator" == page.title()


def test_the_page_is_dark_in_the_dark_and_fits_a_telephone(app: TinyApp, page: Page) -> None:
    with shown(page, app, "--speed", "20") as base:
        client = sdk(base)
        convert(client, app, base)
        page.emulate_media(color_scheme="dark")
        page.goto(f"{base}/_emulator/")
        page.locator(".card").wait_for()
        screenshot(page, "dark")
        page.set_viewport_size({"width": 390, "height": 844})
        wide = page.evaluate("document.documentElement.scrollWidth")
        screenshot(page, "telephone")
        close(client)
    assert wide <= 390


def test_the_page_comes_with_a_policy_that_lets_nothing_else_in(app: TinyApp) -> None:
    with emulator(app) as base:
        for name in ("", "page/page.js", "page/page.css", "page/icon.svg"):
            with urlopen(f"{base}/_emulator/{name}", timeout=PATIENCE) as answer:
                policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in policy


def test_the_page_leads_to_the_list_of_what_is_imitated(app: TinyApp, page: Page) -> None:
    with shown(page, app) as base:
        page.goto(f"{base}/_emulator/")
        page.get_by_role("link", name="What is imitated").click()
        page.get_by_text("of 1447 published operations are imitated").wait_for()
