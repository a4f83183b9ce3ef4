"""What is derived from the operation table for people and programs to read."""
