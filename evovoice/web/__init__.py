"""HTTP alone: it reads a request, calls one service, and writes the response."""
