"""The web floor over a real Flask app, with doubles for the services below it."""
