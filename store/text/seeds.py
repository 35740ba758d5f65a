"""The seed that a ref is made of, as text."""

import json


def seed_text(*seed: str) -> str:
    """How a contact names the account (kind, scope, key) that its ref is made of."""
    return json.dumps(seed, ensure_ascii=False)
