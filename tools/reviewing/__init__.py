"""The weekly and monthly look at one's relationships: calm, short, and with its reasons."""
