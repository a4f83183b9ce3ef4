"""The server: the engine behind real sockets and real time."""
