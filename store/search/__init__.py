"""Finding messages and facts, by words and by meaning."""
