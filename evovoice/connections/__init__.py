"""How a process looks after connections: what comes in, who waits how long, who takes the next."""
