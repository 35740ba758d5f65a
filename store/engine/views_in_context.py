"""The parts of an assistant's views that depend on what stands beside a text, or around it."""

from collections.abc import Mapping
from typing import Final

# Something of the contact that an account belongs to, by its column.
WHOSE: Final = (
    "(SELECT whose.{} FROM main.identity AS who JOIN main.contact AS whose"
    " ON whose.id = who.contact_id WHERE who.id = identity_id)"
)
# A job, with what its organization is called.
WORK: Final = (
    "label_for_assistant({}, 1, (SELECT house.name FROM main.organization AS house"
    " WHERE house.id = organization_id))"
)
# Where the messages are that a text was made of.
ITS_MESSAGE: Final = "FROM main.message AS said WHERE said.id = message_id"
_JOINED: Final = "AS rests JOIN main.message AS said ON said.ref = rests.value WHERE 1"
EVIDENCE: Final = f"FROM json_each(evidence) {_JOINED}"
DECIDED_EVIDENCE: Final = f"FROM json_each(decided.evidence) {_JOINED}"
# Without what repeats the words of somebody whose words are kept from assistants.
_LEFT_TEXT: Final = "coalesce(left_text, text)"
_LEFT_FILES: Final = "coalesce(left_attachments, attachments)"
# What a program of the owner's answers by itself repeats the subject that it was sent.
_KNOWN_SUBJECT: Final = (
    "CASE WHEN bulk AND sender_id IN (SELECT i.id FROM main.identity AS i"
    " JOIN main.contact AS c ON c.id = i.contact_id WHERE c.is_owner) THEN 0 ELSE {} END"
)
FIRST_EVIDENCE: Final = "coalesce(json_extract(evidence, '$[0]'), ref)"


def made_of(messages: str, column: str, otherwise: str, ref: str = "ref") -> str:
    """A text that was made of messages, of which the talk around them may give away something.

    messages: where they are. otherwise: what is shown when nothing is given away.
    """
    return (
        f"CASE WHEN EXISTS (SELECT 1 {messages} AND said.given_away <> '')"
        f" THEN quoting_for_assistant({column}, {ref}, (SELECT json_group_array("
        f"json_array(coalesce(said.left_text, said.text), said.subject, said.given_away))"
        f" {messages}))"
        f" ELSE {otherwise} END"
    )


def columns_of_message(known: str) -> Mapping[str, str]:
    """The columns of a message in which others can write. known: SQL, whether its sender is."""
    return {
        "text": f"CASE given_away WHEN '' THEN text_for_assistant({_LEFT_TEXT}, ref, {known})"
        f" ELSE turn_for_assistant({_LEFT_TEXT}, ref, {known}, subject, given_away) END",
        "subject": f"title_for_assistant(subject, {_KNOWN_SUBJECT.format(known)}, given_away)",
        "attachments": f"list_for_assistant({_LEFT_FILES}, ref, {known}, subject, {_LEFT_TEXT},"
        " given_away)",
        "characters": "coalesce(length(left_text), characters)",
        "asks": "coalesce(substr(rtrim(left_text), -1) IN ('?', '？', '؟'), asks)",
        # It must not confirm what is withheld.
        "holds_number": "CASE given_away WHEN ''"
        " THEN coalesce(left_text GLOB '*[0-9]*', holds_number) ELSE 0 END",
    }
