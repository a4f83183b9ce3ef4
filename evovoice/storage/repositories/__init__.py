"""What is stored, one class for each kind of thing."""
