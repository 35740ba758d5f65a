"""One note about a person as a `Card`: its front matter by heading, its text as notes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from store.importers.cards.draft import CardDraft, without_links
from store.importers.notes.front_matter import Note
from store.importers.records import Card, CardRelation, DatedNote
from store.importers.tables.headings import EXTRA, SKIP, fields_of
from store.importers.tables.plan import EMAIL
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
    "isbn author authors director publisher url doi date deadline due status industry employees"
    " revenue headquarters price cuisine rating vat hours capacity attendees participants".split()
)
_RELATED: Final = frozenset(
    "relationships relations relation family relatives related connections people".split()
)
# What Notion puts behind the title of a page, in the name of its file.
_PAGE_ID: Final = re.compile(r"[ _-]+([0-9a-f]{32})$")
# Put in when a note is made from a template: a note that still has it is one.
_TEMPLATE: Final = re.compile(
    r"<%|\{\{ ?(?:title|name|date|time|cursor|value)\b[^}\n]{0,100}\}\}", re.IGNORECASE
)
_TEMPLATES: Final = frozenset(
    "template templates vorlage vorlagen modele modeles plantilla plantillas modelo modelos"
    " szablony mallar sjablonen skabeloner mallit modelli szablon".split()
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
_WAYS: Final = frozenset({"email", "phone", "im", "url", "address"})
_CHANGED: Final = frozenset({"updated", "modified", "date modified", "last modified", "mtime"})
_TYPED_RELATION: Final = re.compile(r"\s*([^\W\d_][\w -]{0,40}?)\s*::?\s+(?=\S)")
# Empty headings, and fields within the text.
_SAYS_NOTHING: Final = re.compile(r"\s*#{1,6}\s*|\s*[(\[]?[\w /-]{1,60}:: ?.*")
_EMBEDDED: Final = re.compile(r"!\[\[[^\]\n]{0,300}\]\]")
_NO_WORDS: Final = re.compile(r"#{1,6}|[ \t]*[\w /-]{1,60}:: ?.*")
_DATED_HEADING: Final = re.compile(
    r"^(?:#{1,6} *|[-*] +)?(?:\*\*|\[\[)?(\d{4}-\d{2}-\d{2})(?:\*\*|\]\])?[ \t]*[:–—-]?[ \t]*(.*)$",
    re.MULTILINE,
)


def is_person(front: Mapping[str, Sequence[str]], folder: str) -> bool:
    """Say whether a note is about a person.

    front: its front matter. folder: the path of the folder that it is in.
    """
    folders = PurePosixPath(folder).parts
    if any(name_key(each).strip() in _TEMPLATES for each in folders) or any(
        _TEMPLATE.search(value[:1_000]) for values in front.values() for value in values
    ):
        return False
    nearest = title_of(folders[-1])[0] if folders else ""
    said = {
        word.strip("#\"' ")
        for key in _SAYING_WHAT
        for value in front.get(key, ())
        for word in re.split(r"[\s,/]+", _LINK.sub(r"\1", value[:1_000]).lower())
    }
    if said & _PEOPLE:
        return True
    if name_key(nearest) in _PEOPLE:
        return not _OF_SOMETHING_ELSE & front.keys()
    fields = {field.partition("/")[0] for field in fields_of(list(front))}
    if any(key in ("type", "class", "kind") for key in front):
        # It says that it is about something else.
        return False
    if _OF_SOMETHING_ELSE & front.keys():
        return False
    return bool(fields & _OF_A_PERSON) or len(fields & _OF_MANY) > 1


def title_of(stem: str) -> tuple[str, str]:
    """The title in the name of a note's file, and the id that Notion put behind it, or ''."""
    match = _PAGE_ID.search(stem)
    title = stem[: match.start()] if match else stem
    return title.strip().lstrip("@").strip(), match[1] if match else ""


def note_card(note: Note, stem: str, place: str) -> tuple[Card | None, list[str]]:
    """Make a card from a note; also return what could not be read of it.

    stem: the file's name without its ending, which is the person's name unless the note says
    otherwise. Links name notes by it, so it is the card's UID.
    """
    title, page = title_of(stem)
    draft = CardDraft(place)
    names = list(note.fields)
    relations: list[CardRelation] = []
    for name, field in zip(names, _meanings(names), strict=True):
        values = note.fields[name]
        kind, _, label = (field or EXTRA).partition("/")
        word = name.rpartition(".")[2].rstrip(":")
        if name.partition(".")[0] in _RELATED and kind in (EXTRA, "relation"):
            relations += _named_relations(word if "." in name else "related", values)
        elif word in _RELATIONS or kind == "relation":
            told = label if kind == "relation" and word not in _RELATIONS else word
            told = _SINGULAR.get(told, told.replace("-", " "))
            relations += [CardRelation(told, name=person) for person in _people_in(values)]
        elif kind == "changed" or name in _CHANGED:
            draft.put("changed", values[0])
        elif kind in ("tag", SKIP) or name in _KEYS_OF_NOTES:
            continue
        elif kind == "uid":
            draft.put(EXTRA, "; ".join(values), name)
        else:
            for value in values:
                kind_, label_ = _by_content(value, kind, name if kind == EXTRA else label)
                draft.put(kind_, _plain(value), label_)
    for tag in (*note.fields.get("tags", ()), *note.fields.get("tag", ())):
        for word in tag.replace(",", " ").split():
            if word.strip("#").lower() not in _PEOPLE:
                draft.put("tag", word.strip("#"))
    if not _is_named(names):
        draft.put("name", title)
    card = draft.card()
    unread = [problem.reason for problem in draft.problems]
    named = card.full_name if card and _is_named(names) else title
    if not named:
        return None, unread
    card = card or Card(uid="", full_name=named, place=place)
    undated, dated = _sections(_words(_without_title(note.body, named)))
    return replace(
        card,
        uid=page or name_key(stem) or name_key(place),
        full_name=named,
        kind="person",
        relations=tuple(dict.fromkeys(relations)),
        notes=tuple(filter(None, (*card.notes, undated))),
        dated_notes=(*card.dated_notes, *dated),
    ), unread


def _meanings(names: Sequence[str]) -> list[str]:
    """What the fields mean; one in a map (`contact.work`) by itself or with the map's name."""
    found = fields_of(names)
    for index, name in enumerate(names):
        whole, _, part = name.rpartition(".")
        if whole:
            whole = whole.rpartition(".")[2]
            tried = (
                f"{part} {whole}",
                f"{part} {whole.removesuffix('s')}",
                part,
                f"{whole} {part}",
            )
            known = [field for field in fields_of(tried) if field and field != SKIP]
            # What the map is called says nothing of what is in it.
            found[index] = known[0] if known else ""
            if not known and (kind := fields_of([whole])[0].partition("/")[0]) in _WAYS:
                found[index] = f"{kind}/{part}"
    return found


def _by_content(value: str, kind: str, label: str) -> tuple[str, str]:
    """The kind and the label of a field without a known meaning, by its value."""
    if kind != EXTRA or not EMAIL.fullmatch(without_links(value)[:200]):
        return kind, label
    return "email", label.rpartition(".")[2]


def _named_relations(word: str, values: Sequence[str]) -> Iterator[CardRelation]:
    """Relations in a list of their own: `husband: [[Bob]]`, `[[Bob]]`."""
    for value in values:
        match = _TYPED_RELATION.match(value)
        told = match[1].strip().lower() if match else word
        rest = value[match.end() :] if match else value
        for person in _people_in((rest,)):
            yield CardRelation(_SINGULAR.get(told, told), name=person)


def _without_title(body: str, name: str) -> str:
    """The text without the heading that repeats the name."""
    match = re.match(r"\s*#[ \t]+([^\n]*)", body)
    return body[match.end() :] if match and name_key(match[1]) == name_key(name) else body


def _is_named(names: list[str]) -> bool:
    return bool({"name", "given name", "family name"} & set(_meanings(names)))


def _people_in(values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        links = [match[1].strip() for match in _LINK.finditer(value)]
        # A link may hold the path of the note.
        yield from (title_of(link.rpartition("/")[2])[0] for link in links)
        if not links:
            parts = (without_links(part) for part in value.split(","))
            yield from (title_of(part)[0] for part in parts if part)


def _plain(text: str) -> str:
    return _LINK.sub(lambda match: match[2] or match[1].lstrip("@"), text)


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
        line
        for line in lines
        if not re.fullmatch(r"\s*#{1,6}\s*|\s*[(\[]?[\w /-]{1,60}:: ?.*", line)
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()[:NOTE_CHARACTERS]
