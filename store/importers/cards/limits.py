"""How much of a card's own fields is kept."""

EXTRA_CHARACTERS = 2_000
EXTRA_COUNT = 100
