"""`kinkeeper contacts`: who is in the memory."""

import click

from server.cli.errors import with_plain_errors
from server.cli.exit_codes import FAILED
from server.cli.rendering import contacts_text
from server.cli.session import ask_memory, print_json, remarks_beside
from store.owner.typed_fields import STATUSES
from tools.find_contacts import MOST_CONTACTS, find_contacts
from tools.memory import Memory
from tools.views import FoundContacts, PersonHint


@click.command("contacts")
@click.argument("query", required=False)
@click.option("--tag", help="Only people with this tag.")
@click.option("--group", help="Only people in this group.")
@click.option("--organization", help="Only people at this organization.")
@click.option(
    "--status",
    type=click.Choice((*STATUSES, "any")),
    help="Only people of this status; without it, all but the archived.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_plain_errors
def command(
    query: str | None,
    tag: str | None,
    group: str | None,
    organization: str | None,
    status: str | None,
    as_json: bool,
) -> None:
    """List the people in your memory, or find some by name, tag, relation or organization.

    \b
    Examples:
      kinkeeper contacts alex
      kinkeeper contacts "Alex's sister"
      kinkeeper contacts --organization Acme --status any
    """

    async def everybody(memory: Memory) -> FoundContacts:
        people: list[PersonHint] = []
        remarks = await remarks_beside(memory)

        def with_remark(each: PersonHint) -> PersonHint:
            remark = remarks.get(each.id)
            return each.model_copy(update={"hint": f"{each.hint} [{remark}]"}) if remark else each

        cursor = None
        while True:
            page = await find_contacts(
                memory, query, tag, group, organization, status, MOST_CONTACTS, cursor
            )
            people += [with_remark(each) for each in page.contacts]
            cursor = page.next_cursor
            if cursor is None:
                return page.model_copy(update={"contacts": people, "truncated": False})

    found = ask_memory(everybody)
    if as_json:
        print_json(found)
    else:
        click.echo(contacts_text(found))
    if not found.contacts:
        raise SystemExit(FAILED)
