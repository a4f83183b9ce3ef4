"""Third floor: HTTP words only. It reads a request, calls one service, and writes the answer."""
