"""Everything that is Twilio's: REST requests, webhooks, TwiML, signatures.

A section's number alone, (4.3), is one of docs/twilio-voice.md.
"""
