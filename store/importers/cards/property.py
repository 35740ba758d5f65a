"""One property of a card, as vCard has it."""

import re
from dataclasses import dataclass

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a card. `value` is decoded, yet still holds its backslash escapes.

    parameters: upper-case names, values as written; words without a name are under `TYPE`.
    quoted: the value was quoted-printable, where a backslash before `n` is not a line break.
    """

    name: str
    value: str
    group: str
    parameters: dict[str, tuple[str, ...]]
    quoted: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        """The `TYPE` words, in lower case."""
        return tuple(word.lower() for word in self.parameters.get("TYPE", ()))

    @property
    def text(self) -> str:
        """The value as one text."""
        return self._plain(self.value).strip()

    def components(self, separator: str = ";") -> list[str]:
        """The value's parts, cut at separators that no backslash protects."""
        pattern = rf"((?:[^\\{separator}]|\\.)*\\?)(?:{separator}|\Z)"
        parts = re.findall(pattern, self.value, re.DOTALL)
        if parts and not self.value.endswith(separator):
            # The empty match at the end.
            parts.pop()
        return [self._plain(part).strip() for part in parts]

    def _plain(self, text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            character = match[1]
            if character in "nN":
                return match[0] if self.quoted else "\n"
            return character

        return _ESCAPE.sub(replaced, text) if "\\" in text else text
