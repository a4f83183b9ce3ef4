"""How objects of the domain are written into columns and documents."""
