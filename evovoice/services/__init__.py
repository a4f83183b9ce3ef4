"""Use cases: one function for each request of a person, report of the carrier or due moment."""
