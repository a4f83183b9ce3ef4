"""A local Twilio Voice: another company, which shares nothing with the rest of evovoice."""
