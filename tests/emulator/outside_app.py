"""Somebody else's application: twenty lines of Flask that convert a call into a conference."""

import os

from flask import Flask, request
from twilio.rest import Client

app, client = Flask(__name__), Client(os.environ["ACCOUNT_SID"], os.environ["AUTH_TOKEN"])
client.api.base_url, here = os.environ["EMULATOR"], os.environ["HERE"]
CALLBACK = f'statusCallback="{here}/conf" statusCallbackEvent="start"'
CONFERENCE = f'<Conference waitUrl="" {CALLBACK}>the room</Conference>'
NUMBER = f'<Number statusCallback="{here}/leg" statusCallbackEvent="answered">+15552223333</Number>'


@app.post("/<path>")
def answer(path: str) -> str:
    if path == "voice":
        dial = f'<Dial action="{here}/after" callerId="+15550001111">{NUMBER}</Dial>'
        return f"<Response>{dial}</Response>"
    if path == "leg":
        twiml = f"<Response><Dial>{CONFERENCE}</Dial></Response>"
        client.calls(request.form["CallSid"]).update(twiml=twiml)
    if path == "conf":
        room = client.conferences(request.form["ConferenceSid"])
        room.participants.create(to="+15554445555", from_="+15550001111", label="third")
    return f"<Response><Dial>{CONFERENCE}</Dial></Response>" if path == "after" else "<Response/>"
