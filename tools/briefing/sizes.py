"""How long briefings and their quotes are."""

from typing import Final

# Below this, every word counts: titles are shared, what is left out is only counted, and words
# without a name are the contact's.
SHORT_TOKENS: Final = 900
# In a short briefing, two short quotes tell more than one long.
SHORTEST_QUOTE: Final = 60
# Long enough for the most telling part of a message while others wait; quotes are longer where all
# talk fits in.
FULL_QUOTE: Final = 180
LONGEST_QUOTE: Final = 400
TOKENS_A_LINE: Final = 20
