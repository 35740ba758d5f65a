"""Made-up people and what they write: everyday sentences with a long tail of rare words.

Frequencies fall as in real talk (Zipf): few words are everywhere, most are rare. The sentences
mean something, so that a real model's vectors of them spread as they do for real messages; the
rare words are invented syllables that stand for the names and terms of real lives.
"""

import random
from itertools import accumulate
from typing import Final

_GIVEN: Final = (
    "Ada Amir Anouk Bea Bram Carla Chidi Dario Dilan Edda Elif Emre Femke Finn Gita Hanna Hugo Ines"
    " Ivo Jana Jonas Kaya Kofi Lena Lior Maja Malik Mira Nadia Nils Noor Oskar Paula Pia Quentin"
    " Rana Remi Rosa Sami Selma Tariq Tilda Uma Viktor Wanda Xenia Yara Yusuf Zoe Zoltan"
).split()
_SYLLABLES: Final = (
    "ba be bi bo bra da del do dra fa fel fi ga gel go ha hel ka kel kin ko la lan lem lo ma mel mi"
    " mo na nel no pa pel pi ra rel ro sa sel so sta ta tel ti to va vel vi za"
).split()
_SENTENCES: Final = (
    "Are we still on for {thing} {day}?",
    "I finally finished the {thing}, it took me all {day}.",
    "Did you hear about {name}? They are moving to {rare}.",
    "My {kin} is ill again, the doctor said it should pass by {day}.",
    "Can you send me the photos from the {thing}?",
    "Thanks so much for the {thing}, it made my week!",
    "I got the job at {rare}! I start {day}.",
    "Happy birthday! Hope you have a lovely {thing} planned.",
    "We booked the flights to {rare}, leaving {day}.",
    "The {thing} was cancelled, they will tell us {day}.",
    "Let me ask my {kin} and get back to you.",
    "What was the name of that place near {rare} with the good {thing}?",
    "I will bring the {thing}, you bring {name}.",
    "How did the {thing} go? Was {name} there too?",
    "Sorry I missed your call, I was at the {thing} with my {kin}.",
    "We are thinking about a new flat in {rare}, the rent is mad here.",
    "The school play is {day}, the little one is a {rare}.",
    "Remind me to pay you back for the {thing}.",
    "No way, {name} said exactly the same about the {thing}.",
    "I have been reading a lot about {rare} lately, it is hard to put down.",
    "Running late, start the {thing} without me.",
    "My {kin} broke an arm playing football at {rare}.",
    "The interview went well I think, they will call {day}.",
    "Do you remember the trip to {rare}? I found the old pictures.",
    "The garden is full of {rare}, come and take some before {day}.",
)
_SHORT: Final = (
    "ok|yes|no|haha|sure|thanks|see you there|on my way|sounds good|let me check|good morning"
    "|miss you|call me later|no idea|done!|maybe|they said {day}|really?|same here|love it"
).split("|")
_THINGS: Final = (
    "dinner concert wedding cake bike exam garden party meeting hike course kitchen car puppy match"
    " project bakery holiday ticket piano report surgery guitar book soup interview tent boat"
    " rehearsal lesson market camera recipe museum film training lecture barbecue visa"
).split()
_KIN: Final = "mother father sister brother son daughter husband wife aunt cousin boss".split()
_DAYS: Final = (
    "today|tomorrow|on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|on Saturday|on Sunday"
    "|tonight|in March|next week|in June|after the summer|before Christmas"
).split("|")
_WORDS: Final = (
    "the to and a of in is it you that for on we with was have be at are not so this but just they"
    " what all my do can if get there about like one out up time now good when will know back then"
    " some more from really think got day see come here want need going had would after make too"
    " week work home how well them could little much only people last over next new also right"
).split()
RARE_WORDS: Final = 30_000


class MadeText:
    """A source of texts; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 made-up text is no secret
        self._rare = self._rare_words()
        self._rare_weights = list(accumulate(1 / (rank + 20) for rank in range(RARE_WORDS)))
        self._words = [*_WORDS, *_THINGS, *self._rare]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self._words))))

    def name(self) -> str:
        """A full name; few are borne twice."""
        family = "".join(self._random.choices(_SYLLABLES, k=3)).capitalize()
        return f"{self._random.choice(_GIVEN)} {family}"

    def message(self) -> str:
        """What somebody writes: a word or two, a sentence, or now and then a long story."""
        kind = self._random.random()
        if kind < 0.2:
            return self._filled(self._random.choice(_SHORT))
        sentences = 1 if kind < 0.75 else self._random.randint(2, 9)
        return " ".join(self._sentence() for _ in range(sentences))

    def rare_word(self) -> str:
        """A word of the long tail."""
        return self._random.choices(self._rare, cum_weights=self._rare_weights)[0]

    def _sentence(self) -> str:
        if self._random.random() < 0.5:
            return self._filled(self._random.choice(_SENTENCES))
        count = self._random.randint(3, 14)
        words = self._random.choices(self._words, cum_weights=self._weights, k=count)
        return " ".join(words).capitalize() + self._random.choice(".!?…")

    def _filled(self, template: str) -> str:
        pick = self._random.choice
        return template.format(
            thing=pick(_THINGS),
            kin=pick(_KIN),
            day=pick(_DAYS),
            name=pick(_GIVEN),
            rare=self.rare_word(),
        )

    def _rare_words(self) -> list[str]:
        found: dict[str, None] = {}
        while len(found) < RARE_WORDS:
            syllables = self._random.choices(_SYLLABLES, k=self._random.randint(2, 4))
            found["".join(syllables)] = None
        return list(found)
