"""Changes as they happen: to requests that wait, and to consoles that listen."""
