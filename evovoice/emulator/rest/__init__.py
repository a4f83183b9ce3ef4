"""Twilio's REST words on top of the engine: forms in, the exact JSON out."""
