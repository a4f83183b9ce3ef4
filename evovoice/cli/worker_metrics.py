"""Where `evovoice worker` tells its own figures: nobody else can ask it anything."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from evovoice.services.app_context import AppContext
from evovoice.services.figures import PresentFigures
from evovoice.setting_values import count
from evovoice.settings import SettingsError, listening_address, metrics_token
from evovoice.web.metrics_server import serving_metrics


@contextmanager
def worker_metrics(environ: Mapping[str, str], context: AppContext) -> Iterator[None]:
    """Tell them until the end of the block, where a port is set for that. Errors:
    `SettingsError`.
    """
    address, token = metrics_address(environ), metrics_token(environ)
    with ExitStack() as stack:
        if address is not None and token is not None:
            try:
                stack.enter_context(serving_metrics(*address, token, PresentFigures(context)))
            except OSError as error:
                reason = error.strerror or str(error)
                raise SettingsError(
                    f"EVOVOICE_METRICS_PORT: nobody can listen at {address[0]}, port {address[1]}:"
                    f" {reason}."
                ) from error
        yield


def metrics_address(environ: Mapping[str, str]) -> tuple[str, int] | None:
    """Where a worker listens for those who ask for `/metrics`, host and port; None: nowhere.

    Errors: `SettingsError`.
    """
    port = count(environ, "EVOVOICE_METRICS_PORT", 0, most=65535)
    if not port:
        return None
    if metrics_token(environ) is None:
        raise SettingsError(
            "EVOVOICE_METRICS_PORT is set without EVOVOICE_METRICS_TOKEN, which whoever asks there"
            " has to show."
        )
    host, _, _ = listening_address({**environ, "PORT": str(port)}).rpartition(":")
    return host.strip("[]"), port
