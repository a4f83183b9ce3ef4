"""The unmodified Voice SDK in Debian's Chromium, against the emulator with its sound."""
