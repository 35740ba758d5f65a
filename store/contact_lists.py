"""Lists of contacts by what they have in common."""

from store.database import Reader
from store.names import name_key


async def list_contacts(
    reader: Reader,
    tag: str | None = None,
    group: str | None = None,
    organization: str | None = None,
    status: str | None = None,
) -> dict[int, str]:
    """Contacts that fit every condition given: row id to the reason, ordered by name.

    The owner is left out, and archived contacts unless their status is asked for.
    """
    conditions, reasons = ["merged_into_id IS NULL", "NOT is_owner"], []
    if tag:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM identity_tag JOIN identity ON"
            " identity.id = identity_id JOIN tag ON tag.id = tag_id WHERE tag.name = :tag)"
        )
        reasons.append(f"tagged {tag}")
    if group:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM identity_group JOIN identity ON"
            " identity.id = identity_id JOIN contact_group ON contact_group.id = group_id"
            " WHERE contact_group.name = :group)"
        )
        reasons.append(f"in the group {group}")
    if organization:
        conditions.append(
            "id IN (SELECT identity.contact_id FROM role JOIN identity ON"
            " identity.id = identity_id JOIN organization ON organization.id = organization_id"
            " WHERE organization.key LIKE '%' || :organization || '%')"
        )
        reasons.append(f"at {organization}")
    if status:
        conditions.append("status = :status")
        reasons.append(status)
    else:
        conditions.append("status <> 'archived'")
    rows = await reader.all(
        f"SELECT id FROM contact WHERE {' AND '.join(conditions)}"
        " ORDER BY display_name COLLATE NOCASE, id",
        {
            "tag": tag,
            "group": group,
            "organization": name_key(organization or ""),
            "status": status,
        },
    )
    return {int(row["id"]): ", ".join(reasons) for row in rows}
