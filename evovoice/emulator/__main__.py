"""`python -m evovoice.emulator`."""

import sys

from evovoice.emulator.server import main

if __name__ == "__main__":
    sys.exit(main())
