"""Lists of contacts by what they have in common."""

import json
from collections.abc import Collection
from typing import Final

from store.engine.connections import Reader
from store.text.names import name_key
from store.text.quoting import named, quote


async def list_contacts(
    reader: Reader,
    tag: str | None = None,
    group: str | None = None,
    organization: str | None = None,
    status: str | None = None,
) -> dict[int, str]:
    """Contacts that meet every condition given: row id to the reason, ordered by name.

    The owner is left out. status: None for all but the archived, `any` for those too.
    """
    organization_key = name_key(organization or "")
    if organization and not organization_key:
        # A name without any letter or digit.
        return {}
    conditions, reasons = ["merged_into_id IS NULL", "NOT is_owner"], []
    if tag:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM identity_tag JOIN identity ON"
            " identity.id = identity_id JOIN tag ON tag.id = tag_id WHERE tag.name = :tag)"
        )
        reasons.append(f"tagged {quote(tag)}")
    if group:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM identity_group JOIN identity ON"
            " identity.id = identity_id JOIN contact_group ON contact_group.id = group_id"
            " WHERE contact_group.name = :group)"
        )
        reasons.append(f"in the group {quote(group)}")
    if organization:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM role JOIN identity ON"
            " identity.id = identity_id JOIN organization ON organization.id = organization_id"
            " WHERE organization.key LIKE '%' || :organization || '%')"
        )
    if status and status != "any":
        conditions.append("status = :status")
        reasons.append(status)
    elif not status:
        conditions.append("status <> 'archived'")
    rows = await reader.all(
        f"SELECT id FROM contact WHERE {' AND '.join(conditions)}"
        " ORDER BY display_name COLLATE NOCASE, id",
        {
            "tag": tag,
            "group": group,
            "organization": organization_key,
            "status": status,
        },
    )
    worked = await _work_at(reader, organization_key) if organization else {}
    return {
        int(row["id"]): ", ".join(filter(None, (worked.get(int(row["id"]), ""), *reasons)))
        for row in rows
    }


async def _work_at(reader: Reader, key: str) -> dict[int, str]:
    """How each contact belongs to an organization: now, or formerly and until when."""
    rows = await reader.all(
        "SELECT identity.contact_id, role.title, organization.name, role.to_on"
        " FROM role JOIN identity ON identity.id = identity_id"
        " JOIN organization ON organization.id = organization_id"
        " WHERE organization.key LIKE '%' || ? || '%' AND identity.contact_id IS NOT NULL"
        # A card may go on saying what the owner says is over.
        " AND (identity.kind = 'owner' OR NOT EXISTS (SELECT 1 FROM superseded_fact AS gone"
        "  JOIN identity AS mine ON mine.id = gone.identity_id"
        "  WHERE mine.contact_id = identity.contact_id AND gone.kind = 'role' AND gone.text ="
        "  iif(role.title <> '', role.title || ' at ', '') || organization.name COLLATE NOCASE))"
        # A current role is named before those that ended, then the latest first.
        " ORDER BY role.to_on IS NOT NULL DESC, role.to_on, role.id DESC",
        (key,),
    )
    return {
        int(row["contact_id"]): " ".join(
            filter(
                None,
                (
                    f"formerly (until {row['to_on']})" if row["to_on"] else "",
                    named(row["title"]) if row["title"] else "",
                    f"at {named(row['name'])}",
                ),
            )
        )
        for row in rows
    }


_MOST_ALIKE: Final = 1_000


async def contacts_with_names_like(reader: Reader, parts: Collection[str]) -> list[tuple[int, str]]:
    """Contacts with one of these parts in a name, three or more letters: row id and that name."""
    if not parts:
        return []
    rows = await reader.all(
        "SELECT contact_id, name FROM person_fts JOIN contact ON contact.id = contact_id"
        f" WHERE person_fts MATCH ? AND contact.display_name <> '' LIMIT {_MOST_ALIKE}",
        (" OR ".join(f'"{part}"' for part in sorted(parts)),),
    )
    return [(row["contact_id"], row["name"]) for row in rows]


async def accounts_and_conversations(
    reader: Reader, contact_ids: Collection[int]
) -> tuple[set[int], set[int]]:
    """The accounts of these contacts, and the conversations that they take part in, as row ids."""
    ids = json.dumps(sorted(contact_ids))
    accounts = await reader.all(
        "SELECT id FROM identity WHERE contact_id IN (SELECT value FROM json_each(?))", (ids,)
    )
    conversations = await reader.all(
        "SELECT DISTINCT conversation_id FROM participant JOIN identity ON identity.id ="
        " identity_id WHERE contact_id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    return {row[0] for row in accounts}, {row[0] for row in conversations}
