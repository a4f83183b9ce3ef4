"""How a session changes, and how its orders get to the carrier."""
