"""Tests of the emulator, written from docs/twilio-voice.md and not from its code."""
