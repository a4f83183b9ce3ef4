"""Tests of the emulator, written from the reference on Twilio and not from its code."""
