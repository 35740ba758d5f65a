"""What never leaves, judged by itself and by what stands beside it.

The rules are loaded when they are first asked: to read their lists takes time that a server which
starts has no use for.
"""

from collections.abc import Sequence

from store.sensitive.spans import Span


def never_leaves(text: str) -> list[Span]:
    """What of a text never leaves, also by what one line of it says of another."""
    from store.sensitive import in_context

    return in_context.never_leaves(text)


def never_leaves_under(label: str, value: str) -> list[Span]:
    """What of a value never leaves because of the label that it stands under."""
    from store.sensitive import in_context

    return in_context.never_leaves_under(label, value)


def searchable(text: str, told: Sequence[Span] = ()) -> str:
    """The text without what never leaves, for a search index.

    told: spans of it that the talk around it gives away.
    """
    from store.sensitive import in_context

    return in_context.searchable(text, told)
