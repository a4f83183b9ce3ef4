"""The TwiML App of the agents' devices: is it there, and do their calls come to us."""

from evovoice.carrier.port import CarrierRefused
from evovoice.carrier.setup_check.changes import Checked, Target, changes_of
from evovoice.carrier.setup_check.findings import right, wrong
from evovoice.carrier.setup_check.questions import SetupQuestions
from evovoice.carrier.setup_check.voice_addresses import flaws, of_application
from evovoice.carrier.setup_check.wanted import Wanted

_SUBJECT = "TwiML App"
_NOT_THERE = 404


def check(questions: SetupQuestions, wanted: Wanted) -> Checked:
    """The App of TWILIO_TWIML_APP_SID."""
    if wanted.twiml_app_sid is None:
        sentence = "TWILIO_TWIML_APP_SID is not set: no device gets an access token"
        cure = "Make a TwiML App in Twilio's Console (Voice) and set its SID."
        return Checked([wrong(_SUBJECT, sentence, cure)])
    try:
        voice = questions.application(wanted.twiml_app_sid)
    except CarrierRefused as refusal:
        if refusal.status != _NOT_THERE:
            raise
        sentence = f"the account has no App {wanted.twiml_app_sid}"
        return Checked([wrong(_SUBJECT, sentence, "Set TWILIO_TWIML_APP_SID to one it has.")])
    found = flaws(voice, of_application(wanted.public_base_url))
    if not found:
        return Checked([right(_SUBJECT, "devices' calls and reports come to us")])
    target = Target("application", wanted.twiml_app_sid, _SUBJECT)
    findings = [wrong(_SUBJECT, flaw.sentence, flaw.cure) for flaw in found]
    return Checked(findings, changes_of(target, voice, found))
