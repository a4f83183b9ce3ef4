"""How fast it is: real processes on this machine, beside a bare Flask app (`make bench`)."""
