"""Who owes a follow-up, by its first word: a guess that the owner sees before it counts."""

from typing import Final, Literal

from store.text.names import name_key

_OTHERS: Final = frozenset("he she they ela ele eles elas er sie il elle ils elles lui lei".split())


def owed_by(text: str, name: str) -> Literal["owner", "contact"]:
    """`contact` when the text begins with their name or a word for them, else `owner`."""
    words = name_key(text).split()
    if words and (words[0] in _OTHERS or words[0] in name_key(name).split()):
        return "contact"
    return "owner"
