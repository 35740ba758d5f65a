"""Text to vectors, and keeping the vectors up to date."""
