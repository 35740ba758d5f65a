"""What a line of talk is about: for briefing, review and promises."""
