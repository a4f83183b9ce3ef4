"""`GET /metrics`, for whoever has the operator's token (C89)."""

import hmac
from collections.abc import Callable

from flask import Response, request

from evovoice.metrics.exposition import Figures, exposition
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.refusals import WrongMetricsToken


def metrics_blueprint(token: str, figures: Figures) -> GuardedBlueprint:
    """The figures of all processes of this machine. `token`: what a scraper shows as Bearer."""
    page = GuardedBlueprint("metrics", Policy.OPERATOR, _require(token.encode()))

    def get_metrics() -> Response:
        text, content_type = exposition(request.headers.get("Accept", ""), figures)
        return Response(text, content_type=content_type)

    page.add_url_rule("/metrics", "GetMetrics", get_metrics, provide_automatic_options=False)
    return page


def _require(token: bytes) -> Callable[[], None]:
    """The check of `OPERATOR`, which takes as long whatever is shown."""

    def check() -> None:
        kind, _, shown = request.headers.get("Authorization", "").partition(" ")
        is_right = hmac.compare_digest(shown.strip().encode(errors="replace"), token)
        if kind.lower() != "bearer" or not is_right:
            raise WrongMetricsToken

    return check
