"""Attacks from outside, one file a class: each attempt is a test that passes when it fails."""
