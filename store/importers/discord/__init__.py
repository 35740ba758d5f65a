"""Discord: its data package, and chats of an exporter."""
