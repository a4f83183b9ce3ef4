"""The server door: the engine behind real sockets and real time."""
