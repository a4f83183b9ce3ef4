"""What is derived from the operation table for people and programs to read."""

VERSION = "1.0.0"  # of the API, as every document names it
