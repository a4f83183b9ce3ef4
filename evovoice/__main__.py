"""`python -m evovoice`, and the `evovoice` script."""

import sys

from evovoice.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
