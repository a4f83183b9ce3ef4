"""gunicorn's own lines in the shape of all others, and masked like them."""

from typing import Any

from gunicorn.glogging import Logger

from evovoice.logs.chain import formatter_in_force


class GunicornLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """As gunicorn's; wherever its lines go by an operator's settings, they are written our way."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 (gunicorn's)
        """In the arbiter, and again where settings are read anew."""
        super().setup(cfg)
        formatter = formatter_in_force()
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            if formatter is not None:
                handler.setFormatter(formatter)
