"""How well secrets are found that only the talk around them gives away, by language.

    python -m tests.benchmarks.sensitive_context FOLDER... [--show]

FOLDER holds `context.jsonl`: {"id", "lang", "turns": [{"who", "text"}], "secret", "harmless"}. A
secret is caught if it stands in no turn as it is shown; a harmless talk is a false alarm if
anything of it is withheld. --show prints what went wrong.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from store.sensitive.in_context import Turn, merged, never_leaves, secrets_in_talk
from store.sensitive.spans import replaced


def shown(talk: dict[str, Any]) -> list[str]:
    """The turns of a talk, a minute apart, as an assistant gets them."""
    who = {name: at for at, name in enumerate(dict.fromkeys(t["who"] for t in talk["turns"]))}
    turns = [Turn(t["text"], 60 * at, who[t["who"]]) for at, t in enumerate(talk["turns"])]
    return [
        replaced(
            turn.text,
            merged(never_leaves(turn.text), told),
            lambda span: f"[withheld: {span.kind}]",
        )
        for turn, told in zip(turns, secrets_in_talk(turns), strict=True)
    ]


def is_right(talk: dict[str, Any]) -> bool:
    """Whether every secret of a talk is withheld, or nothing of a harmless one."""
    told = shown(talk)
    if talk["harmless"]:
        return told == [turn["text"] for turn in talk["turns"]]
    secrets = talk["secret"] if isinstance(talk["secret"], list) else [talk["secret"]]
    return not any(secret in text for secret in secrets for text in told)


def main() -> None:
    """Print secrets caught and harmless talks left alone, by language."""
    folders = [argument for argument in sys.argv[1:] if argument != "--show"]
    total, right = Counter[tuple[str, bool]](), Counter[tuple[str, bool]]()
    for folder in folders:
        for line in (Path(folder) / "context.jsonl").read_text("utf-8").splitlines():
            talk = json.loads(line)
            key = (talk["lang"], bool(talk["harmless"]))
            total[key] += 1
            right[key] += is_right(talk)
            if "--show" in sys.argv and not is_right(talk):
                told = shown(talk)
                print(f"{talk['id']} {talk['lang']} secret: {talk['secret']!r}")
                for turn, text in zip(talk["turns"], told, strict=True):
                    print(f"    {turn['who']:5} {turn['text']!r}")
                    if text != turn["text"]:
                        print(f"       -> {text!r}")
    for language in [*sorted({language for language, _ in total}), ""]:
        counts = []
        for harmless, word in ((False, "caught"), (True, "left alone")):
            keys = [k for k in total if k[1] == harmless and language in ("", k[0])]
            good, all_ = sum(right[k] for k in keys), sum(total[k] for k in keys)
            counts.append(f"{word} {good:3}/{all_:<3} {good / all_ if all_ else 1:6.1%}")
        print(f"{language or 'all':4} {'   '.join(counts)}")


if __name__ == "__main__":
    main()
