"""A local Twilio Voice; it imports nothing of the rest of evovoice.

A section's number alone, (4.3), is one of docs/twilio-voice.md.
"""
