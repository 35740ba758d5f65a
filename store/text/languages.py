"""The words of languages: a folder for each language, a file (TOML) for each subject, read once.

A language has the subjects that somebody wrote for it, and each of them is complete.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "words"


@cache
def words(subject: str, folder: Path = FOLDER) -> Mapping[str, Mapping[str, Any]]:
    """The lists of a subject by language, sorted, for the languages that have it.

    subject: the name of the file, without its ending.
    """
    return {
        file.parent.name: tomllib.loads(file.read_text("utf-8"))
        for file in sorted(folder.glob(f"*/{subject}.toml"))
    }


def words_of_all(subject: str, name: str) -> list[str]:
    """One list of a subject in all languages, each word once."""
    return list(dict.fromkeys(word for lists in words(subject).values() for word in lists[name]))
