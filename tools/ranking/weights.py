"""What each sign of a good hit weighs. Few, because each has to hold for every kind of talk.

How they were measured, and what did not help: docs/search.md. Changing one: run
`tests/benchmarks/search_quality.py` on two sets of conversations that differ.
"""

from typing import Final

CANDIDATES: Final = 96
"""So many are scored, found by words and by meaning in turns. 160 find a point or two more where
question and answer share no word, and take longer to read and compare."""

MOST_WORD_HITS: Final = 300
"""So many hits by words keep their score, for those that are found by meaning too."""

WORDS: Final = 0.12
ALL_WORDS: Final = 0.8
"""BM25 of message, speaker and turns around. It decides between messages that late interaction
finds alike; more of it favours long messages that repeat the question. 1 is a message that holds
this part of what all of the words weigh, or the best hit where that is more: where hardly a word
is found, words tell little."""

SPEAKER: Final = 0.05
"""Written by somebody whom the question names. Twice as much would drown what others said of
them."""

TAKES_PART: Final = 0.1
"""In a conversation in which somebody named takes part: what sets apart the chat that is meant
when all conversations are searched."""

ASKED_DAYS: Final = 0.1
"""On one of the days that the question names, or the day before or after. Never a filter: people
remember days wrongly, and a chat tells of yesterday."""

OWN_BURST: Final = 0.5
BEFORE: Final = 0.65
"""How far a word of the question counts that is not in the message but beside it: in the rest of
its burst, in the two bursts before it (the question that it answers). What follows finds nothing
more."""

BESIDE_A_HIT: Final = 0.25
SAME_TALK_SECONDS: Final = 3_600
"""The part of the best other hit of the same talk, so far as that stands above the middle one:
"37 a head" counts as said of the hotel that was spoken of an hour ago."""

ASKS: Final = -0.05
"""It ends with a question mark: what asks the same is not the answer."""

NUMBER: Final = 0.06
"""It holds a digit, and the question asks how much, how many or when."""

LENGTH: Final = 0.07
FULL_LENGTH: Final = 60
"""Up to so many characters a longer message says more: "haha yes" answers nothing by itself."""

STOP_WORD_SHARE: Final = 0.12
PUNCTUATION_SHARE: Final = 0.3
"""The part of all messages that is taken to hold a small word or a sign; they are not counted."""

NAME: Final = 0.3
"""What the name of somebody known weighs beside other words as rare. It says whose chat is meant,
which `SPEAKER` and `TAKES_PART` count already; in full, "Hi Renske!!" would answer everything."""
