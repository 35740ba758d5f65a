"""LinkedIn's messages, conversation by conversation, oldest first."""

import hashlib
import html
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from store.importers.linkedin.people import Rows, account_of
from store.importers.reading.html import words_of
from store.importers.records import (
    Account,
    Conversation,
    Message,
    OwnerAccount,
    Problem,
    Record,
    Skipped,
)
from store.text.names import name_key, visible

MESSAGES: Final = frozenset({"conversation id", "from", "content", "folder"})
# How many messages of one conversation are put in order at once.
MOST_TOGETHER: Final = 20_000
MOST_RECIPIENTS: Final = 200

_MARKUP: Final = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|b|i|strong|em|table|td|tr|h[1-6]|img|html|body)\b[^<>]{0,2000}>",
    re.IGNORECASE,
)
_DATE_FORMATS: Final = ("%Y-%m-%d %H:%M:%S", "%m/%d/%y, %I:%M %p", "%m/%d/%Y, %I:%M %p")
# Somebody who has closed the account.
_NOBODY: Final = "LinkedIn Member"
_TRUE: Final = frozenset({"yes", "true", "1"})


@dataclass(slots=True)
class OwnerSigns:
    """Signs of who the owner is: whoever is in every conversation.

    names: those that the profile, or the owner, gave. slugs: the owner's profile, if the export
    names it.
    """

    names: frozenset[str]
    slugs: frozenset[str] = frozenset()
    _conversations: defaultdict[Account, set[str]] = field(default_factory=lambda: defaultdict(set))
    _all: set[str] = field(default_factory=set)

    def see(self, account: Account, conversation: str) -> None:
        """Note that an account takes part in a conversation."""
        seen = self._conversations[replace(account, name="")]
        seen.add(conversation)
        self._all.add(conversation)
        if account.value in self.slugs or name_key(account.name) in self.names:
            # This counts once more.
            seen.add("")

    def owner(self) -> Account | None:
        """The account that is in every conversation; None when several are, or nobody is."""
        ranked = sorted(self._conversations.items(), key=lambda item: -len(item[1]))
        if not ranked or ranked[0][0].kind != "linkedin":
            return None
        first, seen = ranked[0]
        if len(ranked) > 1 and len(ranked[1][1]) == len(seen):
            return None
        return first if "" in seen or len(seen) == len(self._all) > 1 else None


def messages(rows: Rows, signs: OwnerSigns) -> Iterator[Record]:
    """Yield conversations with their messages, without drafts and spam.

    signs: told who takes part, so that the owner can be named at the end.
    """
    begun: set[str] = set()
    times: Counter[str] = Counter()
    together: list[tuple[Message, tuple[Account, ...]]] = []
    title = current = ""
    for row in rows:
        if isinstance(row, Problem):
            yield row
            continue
        key = row.get("conversation id", "").strip()
        if key != current or len(together) >= MOST_TOGETHER:
            yield from _conversation(current, title, together, begun)
            together, current = [], key
            title = visible(row.get("conversation title", ""))
        if reason := _left_out(row, key):
            yield Skipped(reason, row["line"])
            continue
        message, people = _message(row, key, times)
        for account in people:
            signs.see(account, key)
        together.append((message, people))
    yield from _conversation(current, title, together, begun)
    if owner := signs.owner():
        yield OwnerAccount(owner)


def _left_out(row: Mapping[str, str], key: str) -> str:
    if row.get("is message draft", "").strip().lower() in _TRUE:
        return "a draft"
    if row.get("folder", "").strip().upper() == "SPAM":
        return "spam"
    if not key:
        return "a message of no conversation"
    if not (row.get("content", "").strip() or row.get("attachments", "").strip()):
        return "a message without words"
    return ""


def _conversation(
    key: str,
    title: str,
    together: Collection[tuple[Message, tuple[Account, ...]]],
    begun: set[str],
) -> Iterator[Record]:
    if not together:
        return
    if key not in begun:
        begun.add(key)
        people = tuple(dict.fromkeys(a for _, accounts in together for a in accounts))
        accounts = {(account.kind, account.value) for account in people}
        yield Conversation(key, "direct" if len(accounts) <= 2 else "group", title, people)
    # The newest come first in the file.
    ordered = reversed([message for message, _ in together])
    yield from sorted(ordered, key=lambda each: each.sent_at or datetime.min.replace(tzinfo=UTC))


def _message(
    row: Mapping[str, str], key: str, times: Counter[str]
) -> tuple[Message, tuple[Account, ...]]:
    sender = _account(row.get("sender profile url", ""), row.get("from", ""), key)
    content = row.get("content", "").strip()
    written = (key, row.get("date", ""), sender.value if sender else "", content)
    digest = hashlib.sha256("\x1f".join(written).encode()).hexdigest()[:24]
    times[digest] += 1
    names = [name for name in row.get("attachments", "").split() if name][:MOST_RECIPIENTS]
    message = Message(
        key=digest if times[digest] == 1 else f"{digest}#{times[digest]}",
        conversation_key=key,
        sender=sender,
        sent_at=_moment(row.get("date", "")),
        text=_words(content),
        subject=visible(row.get("subject", "")),
        attachments=tuple(name.rpartition("/")[2] or name for name in names),
        place=row["line"],
    )
    people = [sender] if sender else []
    people += _recipients(row, key)
    return message, tuple(people)


def _account(url: str, name: str, conversation: str) -> Account | None:
    name = visible(name)
    if account := account_of(url, name):
        return account
    if not name or name == _NOBODY:
        return None
    return Account("label", name, name, scope=conversation)


def _recipients(row: Mapping[str, str], key: str) -> Iterator[Account]:
    """Those written to, by address: names are joined by commas, and may hold commas themselves."""
    urls = [url for url in row.get("recipient profile urls", "").split(",") if url.strip()]
    names = [name.strip() for name in row.get("to", "").split(",") if name.strip()]
    if not urls:
        if row.get("to", "").strip() and "sender profile url" not in row:
            # Older exports have only names, and most conversations are between two.
            yield Account("label", visible(row["to"]), visible(row["to"]), scope=key)
        return
    paired = names if len(names) == len(urls) else [""] * len(urls)
    paired = [row.get("to", "")] if len(urls) == 1 else paired
    for url, name in list(zip(urls, paired, strict=True))[:MOST_RECIPIENTS]:
        if account := account_of(url, name):
            yield account


def _words(content: str) -> str:
    if _MARKUP.search(content):
        return words_of(content)[1]
    return html.unescape(content) if "&" in content else content


def _moment(text: str) -> datetime | None:
    plain = text.strip().removesuffix(" UTC")
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(plain, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None
