"""Signal: backups, exports, Markdown."""
