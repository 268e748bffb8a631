"""One run: what it is told, where it is kept, how it goes on after a stop."""
