"""What was proposed, what the owner decided, and what became of it."""
