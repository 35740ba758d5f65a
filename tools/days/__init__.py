"""Days that people write, ask for and promise."""
