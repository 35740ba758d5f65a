"""The memory itself: all SQL lives here, and importers say what is in an export."""
