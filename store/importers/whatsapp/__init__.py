"""WhatsApp's exported chats."""
