"""Who is asking: keys, passwords and logins."""
