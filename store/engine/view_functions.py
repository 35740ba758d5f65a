"""What an assistant's views ask of a text: the functions that whoever opens the memory brings."""

from collections.abc import Callable, Mapping
from typing import Final

# Each takes a text, or a JSON list of them. ref: what the owner opens it by. known: whether the
# owner turned to its author; -1 for a mail that is not from the address it names. beside: what may
# say that it never leaves, such as a field's label. -1: those in brackets may be left out.
Functions = Mapping[str, Callable[..., str]]
FUNCTIONS: Final = {
    "text_for_assistant": -1,  # text, ref, known [, beside]
    "turn_for_assistant": 5,  # text, ref, known, subject, given away
    "quoting_for_assistant": 3,  # text, ref, JSON of the messages that it was made of
    "list_for_assistant": -1,  # JSON, ref, known [, subject, text, given away]
    "title_for_assistant": -1,  # title or subject, known [, given away]
    "name_for_assistant": -1,  # name, known, ref [, beside]
    "label_for_assistant": -1,  # label, whether an organization or a job is called so [, beside]
    "way_for_assistant": -1,  # address on the net, number, account; known [, label, whose]
    "address_for_assistant": 3,  # postal address, label, ref of the contact
}
