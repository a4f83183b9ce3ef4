"""Keeps what Twilio sends and answers as files that the tests can play, with numbers masked."""
