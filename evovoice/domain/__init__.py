"""What a call session is and how it changes; plain Python, without a clock or a library."""
