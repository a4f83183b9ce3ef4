"""The whole product on one machine, used from outside: command line and HTTP, nothing else."""
