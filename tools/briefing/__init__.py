"""The briefing, part by part: bursts of talk, what they are about, what to say, what fits."""
