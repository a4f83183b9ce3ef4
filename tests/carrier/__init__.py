"""The carrier wing: what we send to Twilio, and what we make of what it sends."""
