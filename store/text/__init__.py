"""Words and keys of a text."""
