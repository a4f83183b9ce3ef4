"""First floor, right wing: the carrier's words live and die here.

A section's number alone, (4.3), is one of docs/twilio-voice.md.
"""
