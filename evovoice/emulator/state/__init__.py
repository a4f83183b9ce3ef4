"""The state of the exchange, which is only data: legs, conferences, recordings, queues, account."""
