"""One note about a person as a `Card`: its front matter by heading, its text as notes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from store.importers.cards.draft import CardDraft
from store.importers.notes.front_matter import Note
from store.importers.records import Card, CardRelation, DatedNote
from store.importers.tables.headings import EXTRA, SKIP, fields_of
from store.text.names import name_key

NOTE_CHARACTERS: Final = 20_000
MOST_SECTIONS: Final = 500

_PEOPLE: Final = frozenset(
    """
    person people contact contacts friend friends family relationship relationships personen
    menschen kontakte kontakt freunde personne personnes contactos persona personas pessoa pessoas
    contatos mensen contacten personer kontakter ludzie persone contatti
    """.split()
)
_SAYING_WHAT: Final = (
    "tags",
    "tag",
    "type",
    "class",
    "category",
    "categories",
    "kind",
    "note type",
)
# Keys that hardly anything but a person has; one of them is enough.
_OF_A_PERSON: Final = frozenset({"email", "phone", "birthday"})
# Keys that other notes have as well; two of them are enough.
_OF_MANY: Final = frozenset({"relation", "organization", "title", "im", "address", "nickname"})
# What notes about other things say.
_OF_SOMETHING_ELSE: Final = frozenset(
    "isbn author authors director publisher url doi date deadline due status".split()
)
_KEYS_OF_NOTES: Final = frozenset(
    "cssclass cssclasses publish permalink created updated modified date created date modified"
    " banner icon tags tag type class position".split()
)
_RELATIONS: Final = frozenset(
    """
    spouse wife husband partner child children son daughter parent parents mother father brother
    sister sibling siblings friend friends colleague colleagues manager boss report mentor mentee
    cousin aunt uncle grandparent grandchild introduced-by fiance fiancee roommate neighbour
    neighbor
    """.split()
)
_SINGULAR: Final = {
    "children": "child",
    "parents": "parent",
    "siblings": "sibling",
    "friends": "friend",
    "colleagues": "colleague",
    "boss": "manager",
}
_LINK: Final = re.compile(
    r"\[\[([^\[\]|#\n]{1,200})(?:#[^\[\]|\n]{0,200})?(?:\|([^\[\]\n]{1,200}))?\]\]"
)
_EMBEDDED: Final = re.compile(r"!\[\[[^\]\n]{0,300}\]\]")
_NO_WORDS: Final = re.compile(r"#{1,6}|[ \t]*[\w /-]{1,60}:: ?.*")
_DATED_HEADING: Final = re.compile(
    r"^(?:#{1,6} *|[-*] +)?(?:\*\*|\[\[)?(\d{4}-\d{2}-\d{2})(?:\*\*|\]\])?[ \t]*[:–—-]?[ \t]*(.*)$",
    re.MULTILINE,
)


def is_person(front: Mapping[str, Sequence[str]], folder: str) -> bool:
    """Say whether a note is about a person.

    front: its front matter. folder: the name of the folder that it is in.
    """
    said = {
        word.strip("#\"' ")
        for key in _SAYING_WHAT
        for value in front.get(key, ())
        for word in re.split(r"[\s,/]+", _LINK.sub(r"\1", value[:1_000]).lower())
    }
    if said & _PEOPLE:
        return True
    if name_key(folder) in _PEOPLE:
        return not _OF_SOMETHING_ELSE & front.keys()
    fields = {field.partition("/")[0] for field in fields_of(list(front))}
    if any(key in ("type", "class", "kind") for key in front):
        # It says that it is about something else.
        return False
    if _OF_SOMETHING_ELSE & front.keys():
        return False
    return bool(fields & _OF_A_PERSON) or len(fields & _OF_MANY) > 1


def note_card(note: Note, stem: str, place: str) -> tuple[Card | None, list[str]]:
    """Make a card from a note; also return what could not be read of it.

    stem: the file's name without its ending, which is the person's name unless the note says
    otherwise. Links name notes by it, so it is the card's UID.
    """
    draft = CardDraft(place)
    names = list(note.fields)
    relations: list[CardRelation] = []
    for name, field in zip(names, fields_of(names), strict=True):
        values = note.fields[name]
        kind, _, label = (field or EXTRA).partition("/")
        word = _SINGULAR.get(name, name.replace("-", " "))
        if name in _RELATIONS or kind == "relation":
            relations += [CardRelation(word, name=person) for person in _people_in(values)]
        elif kind in ("tag", SKIP) or name in _KEYS_OF_NOTES:
            continue
        elif kind == "uid":
            draft.put(EXTRA, "; ".join(values), name)
        else:
            for value in values:
                draft.put(kind, _plain(value), name if kind == EXTRA else label)
    for tag in (*note.fields.get("tags", ()), *note.fields.get("tag", ())):
        for word in tag.replace(",", " ").split():
            if word.strip("#").lower() not in _PEOPLE:
                draft.put("tag", word.strip("#"))
    card = draft.card()
    unread = [problem.reason for problem in draft.problems]
    named = card.full_name if card and _is_named(names) else stem.strip()
    if not named:
        return None, unread
    card = card or Card(uid="", full_name=named, place=place)
    undated, dated = _sections(_words(note.body))
    return replace(
        card,
        uid=name_key(stem) or name_key(place),
        full_name=named,
        kind="person",
        relations=tuple(dict.fromkeys(relations)),
        notes=tuple(filter(None, (*card.notes, undated))),
        dated_notes=(*card.dated_notes, *dated),
    ), unread


def _is_named(names: list[str]) -> bool:
    return bool({"name", "given name", "family name"} & set(fields_of(names)))


def _people_in(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        links = [match[1].strip() for match in _LINK.finditer(value)]
        # A link may hold the path of the note.
        yield from (link.rpartition("/")[2] for link in links)
        if not links:
            yield from (part.strip() for part in value.split(",") if part.strip())


def _plain(text: str) -> str:
    return _LINK.sub(lambda match: match[2] or match[1], text)


def _words(body: str) -> str:
    """The text without blocks of code, comments, and what is embedded from other notes."""
    lines, is_code = [], False
    for line in "".join(body.split("%%")[::2]).split("\n"):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code:
            lines.append(line)
    return _EMBEDDED.sub("", "\n".join(lines))


def _sections(body: str) -> tuple[str, list[DatedNote]]:
    """Cut the text at headings and list items that begin with a date."""
    found = list(_DATED_HEADING.finditer(body))[:MOST_SECTIONS]
    undated = body[: found[0].start()] if found else body
    dated = []
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(body)
        text = _tidy(f"{match[2]}\n{body[match.end() : end].lstrip()}")
        if text:
            dated.append(DatedNote(text, match[1]))
    return _tidy(undated), dated


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in _plain(text).split("\n")]
    kept = [
        line for line in lines if not re.fullmatch(r"\s*#{1,6}\s*|\s*[\w /-]{1,60}:: ?.*", line)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:NOTE_CHARACTERS]
