"""Keeping the indexes of words, names and vectors."""
