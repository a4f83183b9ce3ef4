"""What the set-up is held against: the settings in force, and who and what is in the directory."""

from dataclasses import dataclass

DEFAULT_REGION = "us1"  # of Twilio, where nothing names another


@dataclass(frozen=True, slots=True)
class Tenant:
    """An account of the directory: its country (two letters), and its numbers, the first first."""

    name: str
    country: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Wanted:
    """What Twilio has to fit. Never printed: it holds the auth tokens.

    `region` is where the numbers' calls have to be processed. With `api_base_url` another program
    is asked instead of Twilio, and addresses of this machine may be reached.
    """

    public_base_url: str
    account_sid: str
    auth_tokens: tuple[str, ...]
    api_key_sid: str | None
    twiml_app_sid: str | None
    tenants: tuple[Tenant, ...]
    region: str = DEFAULT_REGION
    api_base_url: str | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """All numbers of the directory."""
        return tuple(number for tenant in self.tenants for number in tenant.numbers)
