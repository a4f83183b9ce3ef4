"""Ann's console shows who talks in the conference, where the operator wants that (C113)."""

from tests.journeys.conftest import NewStage
from tests.journeys.stage import THIRD
from tests.web.ear import Ear


def test_console_hears_who_talks_in_the_conference_c113(new_stage: NewStage) -> None:
    """The third party talks for three seconds: no line of the log and no version come of it."""
    stage = new_stage(tells_speakers=True)
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    assert 200 == stage.add().status_code
    stage.pass_time(4)
    headers = {"Authorization": f"Bearer {stage.key}"}
    ear = Ear(stage.client.get("/events?detail=members", headers=headers))
    before = stage.session(), stage.events()
    (third,) = [m for m in before[0]["members"] if m["identity"] == THIRD]
    stage.twilio.say(third["callSid"], "", seconds=3)
    heard = []
    for _ in range(2):
        stage.pass_time(2)
        stage.context.live_feed.look()
        heard += [one for one in ear.listen() if one.event]
    member_id = third["applicationData"]["memberId"]
    told = [(one.event, one.data.get("memberId")) for one in heard]
    assert [("MemberSpeaking", member_id), ("MemberSilent", member_id)] == told
    assert before == (stage.session(), stage.events())
