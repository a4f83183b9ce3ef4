"""Second floor: one function for each thing a person, the carrier or the clock can want."""
