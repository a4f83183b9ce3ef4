"""Turns live Twilio calls into conferences and keeps their record true; `README.md` is the map."""

__version__ = "0.1.0"
