"""The story of a call, and why it ended, in plain sentences."""

from evovoice.services.explaining.explanation import Explanation, Section, Sentence
from evovoice.services.explaining.story import explain

__all__ = ["Explanation", "Section", "Sentence", "explain"]
