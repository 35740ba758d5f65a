"""Notes about people, in Markdown."""
