"""The unmodified Voice SDK in Debian's Chromium, against our own emulator (decision 142)."""
