"""For programs that use the official `twilio` package, which nothing else here needs."""
