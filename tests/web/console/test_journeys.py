"""Which test plays which journey of an agent through the console, in the words of its reference,
and which of them run under both values of S1.

Whoever is added, consulted or called back is a leg dialled by REST, which joins its conference at
its ringing or at its answer; a part without a mark is played both ways. The marks say why the
others are played once:

* nobody: nobody is dialled into a conference
* dial: who rings is rung by a Dial, not by REST
* joined: whoever was added has joined long before it begins
* page: it is about the page, whatever the call does meanwhile
"""

import re
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import pytest

_TABLE = """
 1 sign in, wrong password [nobody]
     console/in_browser::signs_in_after_a_wrong_password_and_out_again
 2 ready: microphone allowed, denied, none [nobody]
     console/softphone_in_browser::is_ready_only_with_a_microphone
 3 incoming: announced, focus unmoved; given up; declined [dial]
     console/in_browser::a_ringing_call_is_announced_moves_no_focus_and_is_declined_or_given_up
 3 answer by key
     console/softphone_in_browser::whole_story_by_keyboard_alone_in_two_windows
 3 told to the desktop [dial]
     console/notices_in_browser::notice_names_the_caller_and_a_click_brings_the_page_forward
     console/notices_in_browser::notice_outlives_no_call_and_no_page
     console/notices_in_browser::nobody_who_looks_at_the_page_or_has_refused_is_sent_a_notice
 4 two tabs: one rings, both show, leader closes [dial]
     console/softphone_in_browser::one_of_two_tabs_has_the_phone_and_both_show_the_call
 4 answered elsewhere [dial]
     console/sound_in_browser::call_that_is_answered_elsewhere_stops_ringing_here_and_is_shown
 5 add by number, name
     console/in_browser::adds_by_number_and_by_name_and_says_who_is_where
 5 add by paste
     console/parties_in_browser::adds_a_number_that_is_pasted
 5 chaos duplicate, reorder, delay: page ends true
     console/parties_in_browser::page_ends_true_though_reports_come_twice_late_and_out_of_order
 6 double press, lost answer of the carrier
     console/parties_in_browser::double_press_rings_once
 6 lost answer of the service [page]
     console/recovery_in_browser::one_press_rings_once_though_the_answer_is_lost_c119
 7 busy: reason, Call again
     console/in_browser::who_is_not_reached_is_told_with_the_reason_and_called_again_c106
 7 no answer, unreachable: reason, Call again
     console/parties_in_browser::who_is_not_reached_is_told_apart_and_can_be_called_again
 7 voicemail: reason
     console/parties_in_browser::voicemail_that_was_to_count_as_nobody_is_told_c120
 8 hold and mute each of three
     console/parties_in_browser::each_of_three_is_held_and_muted_alone
 9 customer hangs up held
     console/leaving_in_browser::customer_hangs_up_held_and_the_others_talk_on
 9 customer hangs up while a third rings
     console/leaving_in_browser::customer_hangs_up_while_a_third_rings_and_the_ringing_stops
10 consult: all talk, hand over, back
     console/leaving_in_browser::consultation_is_left_by_all_talk_by_handing_over_and_by_going_back_c108
     console/in_browser::consults_swaps_brings_all_together_and_goes_back_c108
10 consult: customer leaves
     console/leaving_in_browser::customer_leaves_in_a_consultation
10 consult: no answer
     console/leaving_in_browser::who_is_consulted_does_not_answer_and_the_customer_is_back
11 leave: third ringing
     console/leaving_in_browser::agent_leaves_while_a_third_rings_who_then_answers
11 leave: one on hold
     console/leaving_in_browser::nobody_stays_on_hold_when_the_agent_leaves
11 leave: as last
     console/leaving_in_browser::last_agent_with_the_customer_hangs_up_and_that_ends_it
12 End for all: two presses
     console/leaving_in_browser::call_is_ended_for_all_by_two_presses_and_not_by_one
13 remove pending
     console/parties_in_browser::who_rings_is_not_said_to_talk_and_is_cancelled
13 remove talking
     console/parties_in_browser::who_talks_is_removed_and_the_others_talk_on
14 own mute: silent at the far end in 300 ms [nobody]
     voice_sdk/scenarios::two_browsers_talk_and_a_call_outlives_its_socket
14 own mute survives device change and reconnect [nobody]
     console/softphone_in_browser::own_mute_is_the_phones_and_outlives_devices_and_reconnecting
     console/softphone_in_browser::microphone_and_loudspeaker_are_chosen_in_a_call
14 talk-while-muted [nobody]
     console/sound_in_browser::who_talks_while_muted_is_told_and_not_once_unmuted
15 reload in a call: warned, take back
     console/softphone_in_browser::reload_in_a_call_is_warned_of_and_the_call_is_taken_back
16 socket cut (53001): audio on [nobody]
     voice_sdk/scenarios::two_browsers_talk_and_a_call_outlives_its_socket
     console/softphone_in_browser::own_mute_is_the_phones_and_outlives_devices_and_reconnecting
17 stream cut: page equals GET /sessions/my
     console/recovery_in_browser::lost_stream_is_told_and_the_page_is_true_again_afterwards_c119
17 503: page equals GET /sessions/my
     console/recovery_in_browser::page_is_true_though_the_service_takes_no_more_streams_c119
17 old id: page equals GET /sessions/my
     console/recovery_in_browser::page_that_comes_back_after_too_long_is_true_c119
17 401: page equals GET /sessions/my [nobody]
     console/recovery_in_browser::who_is_signed_out_signs_in_over_the_page_c119
17 server restart: page equals GET /sessions/my [joined]
     console/recovery_in_browser::service_that_restarts_is_told_and_loses_no_note
18 frozen tab, clock jump: all is read again [joined]
     console/recovery_in_browser::page_that_was_frozen_or_slept_reads_all_again_c119
18 clock jump: not ready, then ready [dial]
     console/softphone_in_browser::phone_registers_anew_after_the_machine_has_slept_but_not_in_a_call
19 keypad: 12 digits, paste, pause [joined]
     console/in_browser::keys_go_at_once_to_the_party_who_was_added_last_c112
20 microphone removed, ringer chosen [nobody]
     console/sound_in_browser::loudspeaker_that_is_chosen_rings_too_and_lost_microphone_is_told
21 notes: reload, after the end [joined]
     console/recovery_in_browser::reload_loses_nothing_and_notes_are_open_past_the_end
21 notes: second tab [nobody]
     console/recovery_in_browser::two_windows_of_one_agent_show_the_same_c99_c119
22 history: search, call back
     console/in_browser::places_a_call_from_the_own_device_and_finds_it_in_the_history_c100
25 a whole call by keyboard
     console/softphone_in_browser::whole_story_by_keyboard_alone_in_two_windows
25 keys off [page]
     console/in_browser::single_keys_are_shown_and_can_be_switched_off
26 320 px, dark
     console/in_browser::adds_by_number_and_by_name_and_says_who_is_where
26 400 % zoom, forced colours [page]
     console/zoom_in_browser::at_400_percent_nothing_is_lost_and_what_has_the_focus_is_seen
     console/zoom_in_browser::colours_of_the_system_leave_no_state_and_no_focus_unseen
     console/zoom_in_browser::nothing_moves_for_who_wants_that
27 no CSP violation; hostile names stay text [page]
     console/in_browser::hostile_names_stay_text_and_nothing_breaks_the_policy
28 no SDK file, no internet [page]
     console/in_browser::page_needs_no_library_and_nothing_of_the_internet
29 evovoice-dial: origin allowed
     dial/in_other_pages::number_is_added_to_the_live_call_and_busy_is_told_c122
29 evovoice-dial: origin refused [nobody]
     dial/in_other_pages::origin_that_is_not_allowed_is_heard_by_nobody_c121
29 evovoice-dial: no console [dial]
     dial/in_other_pages::press_signs_in_in_the_window_dials_once_and_tells_how_it_goes_c122
"""
_LATER = {
    23: "a manager's Listen, Coach and Join have no buttons yet",
    24: "people and numbers have no pages yet",
    30: "a measurement under load, no story of one agent",
}
_REASONS = frozenset({"nobody", "dial", "joined", "page"})
_PART = re.compile(r"^ ?(\d+) (.+?)(?: \[(\w+)\])?$")


class Part(NamedTuple):
    """`tests`: as module::name; `once`: why it is played once, empty where it is not."""

    journey: int
    words: str
    once: str
    tests: list[str]


def _parts() -> Iterator[Part]:
    for block in re.split(r"\n(?= ?\d)", _TABLE.strip("\n")):
        first, *tests = block.split("\n")
        found = _PART.match(first)
        assert found, first
        yield Part(int(found[1]), found[2], found[3] or "", [one.strip() for one in tests])


def _module(test: str) -> ModuleType:
    where, name = test.partition("::")[0].split("/")
    return import_module(f"tests.{'web.' if where != 'voice_sdk' else ''}{where}.test_{name}")


def _values_of_s1(test: str) -> list[str]:
    """By the marks of the test and of its module; none where it has no say in it."""
    module = _module(test)
    marks = [*_marks(module), *_marks(getattr(module, f"test_{test.partition('::')[2]}"))]
    given = [mark.args[1] for mark in marks if mark.name == "parametrize"]
    return next((values for values in given if set(values) == {"answer", "ringing"}), [])


def _marks(of: Any) -> list[pytest.Mark]:
    found = getattr(of, "pytestmark", [])
    return [getattr(one, "mark", one) for one in (found if isinstance(found, list) else [found])]


def test_each_journey_is_played_or_said_to_come_later() -> None:
    assert set(range(1, 31)) == {part.journey for part in _parts()} | set(_LATER)
    assert not {part.journey for part in _parts()} & set(_LATER)


@pytest.mark.parametrize("part", tuple(_parts()), ids=lambda part: f"{part.journey} {part.words}")
def test_part_is_played_by_tests_that_are_there_under_both_values_or_says_why_not(
    part: Part,
) -> None:
    assert part.tests
    for test in part.tests:
        assert callable(getattr(_module(test), f"test_{test.partition('::')[2]}")), test
    assert part.once in _REASONS | {""}
    played = [_values_of_s1(test) for test in part.tests]
    assert bool(part.once) != all(played), "it is played both ways, or says why it is not"
