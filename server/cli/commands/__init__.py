"""The commands: `NAME.py` is `kinkeeper NAME`."""
