"""`kinkeeper relate`: who is whose sister, manager, friend; who introduced whom."""

import click

from server.cli.errors import with_plain_errors
from server.cli.owner_lines import called, json_option, owner_line, person, told
from server.cli.session import ask_memory
from store.facts.contact_facts import Fact
from store.facts.relationships import relationships
from store.owner.typed_relations import add_relation, read_relation, remove_relations
from store.people.contacts import Contact, owner_contact
from store.text.languages import words_of_all
from store.text.quoting import worded


@click.command("relate")
@click.argument("who", metavar="PERSON")
@click.argument("rest", metavar='"sister of" PERSON', nargs=-1, required=True)
@click.option("--remove", is_flag=True, help="Remove it; without a relation, all between the two.")
@json_option
@with_plain_errors
def command(who: str, rest: tuple[str, ...], remove: bool, as_json: bool) -> None:
    """Say who is what to whom: "sister of", "manager of", "introduced by", or words of your own.

    The way back gets the right word by itself: Alex sees his sister, Maya her brother.

    \b
    Examples:
      kinkeeper relate maya sister of alex
      kinkeeper relate maya "introduced by" "Jonas Weber"
      kinkeeper relate sanna cousin of me
      kinkeeper relate maya alex --remove
    """
    words, other_name = " ".join(rest[:-1]), rest[-1]
    if not words and not remove:
        raise click.UsageError("Say what they are: kinkeeper relate maya sister of alex")
    one, other = _one_of_them(who), _one_of_them(other_name)
    with owner_line() as line:
        if remove:
            type_ = read_relation(line.writer, one.id, words, other.id).type if words else ""
            count = remove_relations(line.writer, one.id, other.id, type_)
            text = f"{called(one)} and {called(other)}: {count} removed"
            told(text, as_json, {"person": one.ref, "other": other.ref, "removed": count})
            return
        add_relation(line.writer, read_relation(line.writer, one.id, words, other.id), line.now)
    views = [(mine, _between(mine, theirs)) for mine, theirs in ((one, other), (other, one))]
    lines = [
        f"{called(whose)}: {worded(fact.kind)}, {fact.shown_name}"
        for whose, facts in views
        for fact in facts
    ]
    lines.append(f"To take it back: kinkeeper relate {one.ref} {other.ref} --remove")
    told(
        "\n".join(dict.fromkeys(lines)),
        as_json,
        {
            "relations": [
                {"person": whose.ref, "kind": fact.kind, "other": fact.other_ref}
                for whose, facts in views
                for fact in facts
            ]
        },
    )


def _one_of_them(name: str) -> Contact:
    """The person of this name; `me` is the owner."""
    if name.casefold().strip() in words_of_all("owner", "me"):
        return ask_memory(lambda memory: owner_contact(memory.reader))
    return person(name)


def _between(whose: Contact, other: Contact) -> list[Fact]:
    facts = ask_memory(lambda memory: relationships(memory.reader, whose.id))
    return [fact for fact in facts if fact.other_ref == other.ref]
