"""The protocol of Twilio's Voice SDK: what a page says over its websocket, and hears."""
