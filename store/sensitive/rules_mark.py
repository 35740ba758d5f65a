"""A mark of the rules by which something never leaves: it changes with them.

The indexes hold nothing that never leaves, by the rules of the day on which they were made. By this
mark a later Kinkeeper sees that they have to be made anew.
"""

import hashlib
from functools import cache
from pathlib import Path

from store.text.languages import FOLDER

_SUBJECTS = ("sensitive", "asked")


@cache
def rules_mark() -> str:
    """The mark of the rules and lists of this Kinkeeper."""
    here = Path(__file__).parent
    files = [*sorted(here.glob("*.py")), *sorted(here.glob("words/*.toml"))]
    files += [file for subject in _SUBJECTS for file in sorted(FOLDER.glob(f"*/{subject}.toml"))]
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()[:16]
