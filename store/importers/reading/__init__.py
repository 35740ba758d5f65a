"""What formats share: JSON streams, lines, HTML, partial dates, naming unknown files."""
