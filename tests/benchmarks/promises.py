"""How many promises and news are found, and how many of those found are real.

Run: python -m tests.benchmarks.promises [--mistakes]
"""

import sys
import time

from tests.promise_lines import SAID_ON, lines, score
from tools.promises.detect import Turn, find_promises
from tools.promises.news import find_news

# Pieces that a careless pattern would read again and again.
SLOW = ("-", '"', "“", " ", "\n", "I'll ", "let me check ", "I'll send you ", "ok, ", "my ", "0.")


def main() -> None:
    """Print precision and recall, in all and for each kind, and what a message costs."""
    for name in ("tuning", "held_out"):
        result = score(name)
        print(
            f"{name}: precision {result.precision():.1%}, recall {result.recall():.1%},"
            f" date right {result.due_right / max(result.dated, 1):.1%} of {result.dated}"
        )
        for kind in sorted({*result.right, *result.wrong, *result.missed}):
            print(
                f"  {kind:13} precision {result.precision(kind):6.1%}"
                f"  recall {result.recall(kind):6.1%}"
                f"  of {result.right[kind] + result.missed[kind]}"
            )
        if "--mistakes" in sys.argv and name == "tuning":
            print("\n".join(f"    {mistake}" for mistake in result.mistakes))
    texts = [line["text"] for line in lines("tuning")]
    print(f"a line of talk: {_seconds(texts) / len(texts) * 1e6:.0f} µs")
    slowest = max(SLOW, key=lambda piece: _seconds([piece * 100_000]))
    print(f"the slowest message, of {slowest!r}: {_seconds([slowest * 100_000]) * 1e3:.0f} ms")


def _seconds(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        find_promises(Turn(True, text), SAID_ON, "Alex", [Turn(False, text)])
        find_news(text, SAID_ON, "Alex")
    return time.process_time() - began


if __name__ == "__main__":
    main()
