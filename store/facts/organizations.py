"""Organizations, found again by their name however it is written."""

from store.engine.connections import Writer
from store.engine.refs import new_ref
from store.text.names import name_key


def ensure_organization(writer: Writer, name: str) -> int:
    """The id of the organization of this name, made when it is met for the first time."""
    key = name_key(name)
    found = writer.value("SELECT id FROM organization WHERE key = ?", (key,))
    if found is not None:
        return int(found)
    return writer.run(
        "INSERT INTO organization(ref, name, key) VALUES (?, ?, ?)",
        (new_ref(writer, "organization", "organization", key), name, key),
    )
