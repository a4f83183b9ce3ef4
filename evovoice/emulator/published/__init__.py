"""Twilio's own list of its REST operations and their parameters, as data with its licence."""
