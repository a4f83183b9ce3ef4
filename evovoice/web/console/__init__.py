"""The pages for agents: the phone in the browser, its scripts, sounds and policy."""
