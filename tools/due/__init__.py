"""Who needs the owner now: promises, rhythms and days ahead, each with its reason."""
