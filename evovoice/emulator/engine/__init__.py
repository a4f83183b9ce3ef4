"""The deterministic telephone exchange: no sockets, no threads, no wall clock, no asyncio."""
