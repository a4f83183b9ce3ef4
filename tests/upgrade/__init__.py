"""Two versions of the service on one database, under load: the way up, and the way back."""
