"""What is sent to services outside, and what never is."""
