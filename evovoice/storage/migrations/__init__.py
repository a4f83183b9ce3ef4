"""How the tables came to be, step by step; shipped with the program."""
