"""Apple Messages: `chat.db`."""
