"""A second name of the owner's in a service without accounts: proved by the chat, or asked about.

In a WhatsApp chat of two, who is not the other one is the owner. That is wrong for the chat of two
others that somebody forwarded, so a label that was never the owner's is only taken where the chat
goes on as it is stored.
"""

from collections.abc import Collection, Sequence

from store.engine.connections import Writer
from store.importers import NeedsAnswer
from store.importers.records import Conversation, OwnerAccount, Record, SourceInfo
from store.imports.same_conversation import is_stored
from store.text.names import name_key
from store.text.quoting import filed, quote


def check_second_label(
    writer: Writer, batch: Collection[Record], said: Sequence[str], file_name: str
) -> None:
    """Raise NeedsAnswer when the export, by its first records, gives the owner an unknown name.

    said: what the owner said they are called. file_name: of the export.
    """
    labels = [
        each.account.value
        for each in batch
        if isinstance(each, OwnerAccount) and each.account.scope == "me"
    ]
    source = next((each for each in batch if isinstance(each, SourceInfo)), None)
    chat = next((each for each in batch if isinstance(each, Conversation)), None)
    if source is None or chat is None or chat.kind != "direct" or not labels or not chat.lines:
        return
    known = [
        str(row["key"])
        for row in writer.all(
            "SELECT key FROM identity JOIN contact ON contact.id = contact_id"
            " WHERE is_owner AND identity.kind = 'label' AND scope = ?",
            (f"{source.kind}/me",),
        )
    ]
    names = {name_key(name) for name in (*known, *said)}
    strange = [label for label in labels if name_key(label) not in names]
    if not known or not strange or is_stored(writer, source.kind, chat):
        return
    name = file_name.rpartition("/")[2]
    raise NeedsAnswer(
        "me",
        f"In {filed(name)}, the one who writes with {quote(chat.title)} is {quote(strange[0])}; so"
        f" far you were {quote(known[0])}. It may be another name of yours, or the chat of two"
        " others.",
        (strange[0], f"nobody in {name}"),
    )
