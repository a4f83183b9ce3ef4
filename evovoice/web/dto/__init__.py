"""What clients are sent, as schemas and as values (contract 1), and shared requests."""
