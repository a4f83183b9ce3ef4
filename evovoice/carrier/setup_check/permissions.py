"""Geo permissions: whether the countries of our accounts may be called."""

from evovoice.carrier.setup_check.findings import Finding, right, wrong
from evovoice.carrier.setup_check.questions import SetupQuestions
from evovoice.carrier.setup_check.wanted import Wanted


def check(questions: SetupQuestions, wanted: Wanted) -> list[Finding]:
    """One line for each country; those that agents call beyond them nobody knows here."""
    countries = sorted({tenant.country for tenant in wanted.tenants})
    return [_country(questions, country) for country in countries]


def _country(questions: SetupQuestions, country: str) -> Finding:
    subject = f"geo permission {country}"
    if questions.may_dial(country):
        return right(subject, "ordinary numbers there may be called")
    return wrong(
        subject,
        "calls to that country are refused (21215, 13227)",
        f"Allow {country} in Twilio's Console, Voice, Settings, Geo permissions. Numbers that are"
        " still blocked (21216, 13225) need an approved Primary Customer Profile.",
    )
