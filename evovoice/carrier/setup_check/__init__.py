"""Whether Twilio is set up as the service needs it: what is right, what is wrong, what is unknown.

Every check is a function that asks and judges one thing; `checkup` runs them all.
"""
