"""What is known of a contact, read."""
