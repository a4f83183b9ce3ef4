"""First floor, right wing: the carrier's words live and die here."""
