"""What is written down of what happens: one chain for our own lines and those of libraries.

A line has an event, fields, and what is known of the request or the task in which it is written
(`context`). Telephone numbers and secrets are masked in all of it (`masking`). The service says at
its start whether lines are text or JSON (`log_setup`).
"""

from evovoice.logs.chain import CHAIN, get_logger, new_formatter, set_up
from evovoice.logs.context import Known, about, bind, known, only
from evovoice.logs.few_lines import FewLines
from evovoice.logs.masking import Masking, masked

__all__ = [
    "CHAIN",
    "FewLines",
    "Known",
    "Masking",
    "about",
    "bind",
    "get_logger",
    "known",
    "masked",
    "new_formatter",
    "only",
    "set_up",
]
