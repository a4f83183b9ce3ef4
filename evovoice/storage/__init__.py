"""First floor, left wing: rows. The only place that knows SQL."""
