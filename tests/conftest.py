"""No test reads the settings of whoever runs it."""

import os

os.environ["EVOVOICE_ENV_FILE"] = ""  # before anything is imported; child processes inherit it
