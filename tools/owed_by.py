"""Who owes a follow-up, by its first word: a guess that the owner sees before it counts."""

from typing import Literal

from store.text.languages import words_of_all
from store.text.names import name_key


def owed_by(text: str, name: str) -> Literal["owner", "contact"]:
    """`contact` when the text begins with their name or a word for them, else `owner`."""
    words = name_key(text).split()
    others = words_of_all("pronouns", "others")
    if words and (words[0] in others or words[0] in name_key(name).split()):
        return "contact"
    return "owner"
