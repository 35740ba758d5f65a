"""A memory filled row by row, for the tests of who is due."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from store.engine.connections import Writer
from store.facts.due_contacts import ACTIVE, DueContact
from store.people.owner import ensure_owner_source
from tests.made_exports import NOW


class Filler:
    """Writes the rows that a case names."""

    def __init__(self, writer: Writer, zone: ZoneInfo) -> None:
        self.writer = writer
        self.zone = zone
        self.source = ensure_owner_source(writer)
        self.contacts: dict[str, int] = {}
        self.count = 0

    def ref(self, letter: str) -> str:
        """A ref that nothing else has."""
        self.count += 1
        return f"{letter}_{self.count:07d}"

    def insert(self, table: str, **values: object) -> int:
        """One row."""
        columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        return self.writer.run(f"INSERT INTO {table}({columns}) VALUES ({marks})", values)

    def provenance(self, how: str = "typed", at: str = "2026-01-01T12:00") -> int:
        """Where a fact comes from. at: the owner's clock."""
        return self.insert(
            "provenance", source_id=self.source, recorded_at=self.instant(at), confirmed_how=how
        )

    def instant(self, text: str) -> int:
        """UTC seconds of a moment: the owner's clock, or UTC with a Z."""
        moment = datetime.fromisoformat(text)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).timestamp())

    def person(self, name: str) -> int:
        """The contact of that name, made when it is first named."""
        if name not in self.contacts:
            self.contact(name)
        return self.contacts[name]

    def identity(self, name: str, kind: str = "card") -> int:
        """The first account of that kind of a contact."""
        contact = self.person(name)
        found = self.writer.value(
            "SELECT id FROM identity WHERE contact_id = ? AND kind = ?", (contact, kind)
        )
        return int(found or self.account(name, kind))

    def account(self, name: str, kind: str) -> int:
        """One more account of a contact."""
        return self.insert(
            "identity",
            kind=kind,
            key=self.ref("k"),
            source_id=self.source,
            contact_id=self.person(name),
        )

    def contact(self, name: str, **values: object) -> None:
        self.contacts[name] = self.insert(
            "contact",
            ref=self.ref("c"),
            display_name=name,
            given_name=name.split()[0],
            created_at=NOW,
            **values,
        )

    def tag(self, who: str, name: str, cadence: str, days: int | None = None) -> None:
        self._label("tag", "identity_tag", "tag_id", who, name, cadence, days)

    def group(self, who: str, name: str, cadence: str, days: int | None = None) -> None:
        self._label("contact_group", "identity_group", "group_id", who, name, cadence, days)

    def _label(self, *named: Any) -> None:
        table, link, column, who, name, cadence, days = named
        self.writer.run(
            f"INSERT OR IGNORE INTO {table}(name, cadence, cadence_days) VALUES (?, ?, ?)",
            (name, cadence, days),
        )
        self.writer.run(
            f"INSERT INTO {link}(identity_id, {column}, provenance_id)"
            f" SELECT ?, id, ? FROM {table} WHERE name = ?",
            (self.identity(who), self.provenance(), name),
        )

    def wrote(
        self,
        who: str,
        at: list[str],
        by: str = "both",
        kind: str = "direct",
        channel: str = "Telegram",
    ) -> None:
        """A chat, a group or mail: who wrote (both, them, you), at what moments."""
        source = self.writer.value("SELECT id FROM source WHERE title = ?", (channel,))
        source = source or self.insert("source", ref=self.ref("s"), kind=channel, title=channel)
        key = f"{who} {channel} {kind}"
        found = self.writer.value("SELECT id FROM conversation WHERE key = ?", (key,))
        conversation = found or self.insert(
            "conversation", ref=self.ref("v"), source_id=source, key=key, kind=kind
        )
        for moment in at:
            interaction = self.interaction(
                moment, "mail" if kind == "mail" else "chat", conversation_id=conversation
            )
            owner = self.writer.value(
                "SELECT id FROM identity WHERE kind = 'owner' AND key = 'owner'"
            )
            for identity, messages in (
                (owner, int(by != "them")),
                (self.identity(who, "telegram"), int(by != "you")),
            ):
                self.insert(
                    "interaction_participant",
                    interaction_id=interaction,
                    identity_id=identity,
                    messages=messages,
                )

    def met(self, who: str, at: list[str], kind: str = "meeting") -> None:
        """A meeting, a call, or something logged."""
        for moment in at:
            self.insert(
                "interaction_participant",
                interaction_id=self.interaction(moment, kind),
                identity_id=self.identity(who),
            )

    def interaction(self, moment: str, kind: str, **values: object) -> int:
        """One interaction on the owner's day."""
        at = self.instant(moment)
        return self.insert(
            "interaction",
            ref=self.ref("i"),
            kind=kind,
            on_day=datetime.fromtimestamp(at, self.zone).date().isoformat(),
            started_at=at,
            ended_at=at,
            **values,
        )

    def promise(
        self,
        who: str,
        text: str,
        owes: str = "you",
        recorded: str = "2026-01-01T12:00",
        **values: object,
    ) -> None:
        """A follow-up. owes: you or them."""
        self.insert(
            "follow_up",
            ref=self.ref("f"),
            identity_id=self.identity(who),
            owed_by="owner" if owes == "you" else "contact",
            text=text,
            provenance_id=self.provenance(at=recorded),
            **values,
        )

    def event(self, who: str, kind: str, on: str, how: str = "imported", **values: object) -> None:
        """A life event. how: as in provenance.confirmed_how."""
        self.insert(
            "life_event",
            ref=self.ref("e"),
            identity_id=self.identity(who),
            kind=kind,
            date_on=on,
            provenance_id=self.provenance(how),
            **values,
        )


def due_contact() -> DueContact:
    """Somebody in use, of whom nothing is known."""
    return DueContact(1, "c_0000001", "Bo Ek", "Bo", True, "", ACTIVE, "", "")
