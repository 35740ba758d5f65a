"""Which messages answer a question, and why one before another."""
