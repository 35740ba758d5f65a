"""One import: finding exports, parsing them apart, storing, settling, undoing."""
