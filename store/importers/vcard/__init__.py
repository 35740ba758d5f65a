"""vCard address books."""
