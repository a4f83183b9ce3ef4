"""Ground floor: what a call session is and may become; plain Python, no clock, no library."""
