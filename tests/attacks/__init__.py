"""Attacks, one file a class: each is tried as somebody would who wants it to succeed."""
