"""Monica's export."""
