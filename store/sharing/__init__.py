"""What assistants may see, and what they saw."""
