"""Lines of Markdown as the documents have them: 100 columns."""

from textwrap import fill

WIDTH = 100


def paragraph(text: str) -> str:
    """One paragraph, wrapped."""
    return fill(" ".join(text.split()), WIDTH, break_long_words=False, break_on_hyphens=False)


def bullet(text: str, depth: int = 0) -> str:
    """One item of a list, wrapped."""
    indent = "  " * depth
    return fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=f"{indent}- ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(*rows: tuple[str, ...]) -> str:
    """A table; the first row is its heading."""
    heading, *others = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([heading, f"|{'---|' * len(rows[0])}", *others])
