"""A local Twilio Voice: another company, which shares nothing with the rest of evovoice.

A section's number alone, (4.3), is one of docs/twilio-voice.md.
"""
