"""Google Chat, as Takeout has it."""
