"""How a transaction runs: engine, connections, statements."""
