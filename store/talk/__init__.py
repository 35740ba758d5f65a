"""Conversations and rhythm, read."""
