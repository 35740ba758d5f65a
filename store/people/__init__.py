"""Contacts, who the owner is, circles."""
