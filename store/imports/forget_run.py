"""What else has to go with an import that is taken back: labels, proposals, notes on the run.

What an import brought stands in more places than its messages and cards. No word of it may stay in
the file, and nothing may go that the owner typed or said yes to.
"""

import json
from typing import Final

from store.engine.connections import Writer
from store.imports.store_accounts import nameless_account

LabelsOfSomebody = dict[tuple[str, str, str], set[int]]

# Where a name of a label stands, which rows give it to people, and by which column.
_LABELS: Final = (
    ("organization", "role", "organization_id"),
    ("tag", "identity_tag", "tag_id"),
    ("contact_group", "identity_group", "group_id"),
)


def labels_of_somebody(writer: Writer) -> LabelsOfSomebody:
    """The labels that somebody has, before what an import brought is removed."""
    return {what: _labels(writer, *what) for what in _LABELS}


def _labels(writer: Writer, _table: str, given: str, column: str) -> set[int]:
    return {int(row[0]) for row in writer.all(f"SELECT DISTINCT {column} FROM {given}")}


def remove_labels_of_nobody(writer: Writer, before: LabelsOfSomebody) -> None:
    """Remove the labels that somebody had before, and nobody has now or set a cadence for."""
    for what, had in before.items():
        table = what[0]
        unless = "" if table == "organization" else " AND cadence IS NULL"
        writer.run(
            f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?)){unless}",
            (json.dumps(sorted(had - _labels(writer, *what))),),
        )


# A proposal of which every message is gone rests on nothing, unless the owner has made it a fact.
_PROPOSALS_ON_NOTHING: Final = """
DELETE FROM proposal WHERE id NOT IN (SELECT proposal_id FROM decision WHERE verdict <> 'rejected')
AND EXISTS (SELECT 1 FROM json_each(evidence) AS rests WHERE rests.value GLOB 'm_*')
AND NOT EXISTS (SELECT 1 FROM json_each(evidence) AS rests
  JOIN message ON message.ref = rests.value)
"""
# Every column that names the provenance of a fact.
_STANDING_ON: Final = """
SELECT tables.name AS place, keys."from" AS fact_column
FROM sqlite_schema AS tables JOIN pragma_foreign_key_list(tables.name) AS keys
WHERE tables.type = 'table' AND keys."table" = 'provenance'
"""
# The rows stay, empty: to delete one, SQLite would look through every table of facts.
_NAMELESS_PROVENANCE: Final = """
UPDATE provenance SET reference = '', author = ''
WHERE import_run_id = ? AND (reference <> '' OR author <> '') AND id NOT IN ({standing})
"""
_SOURCE_OF_NOTHING: Final = """
SELECT id, kind, account FROM source
WHERE id = (SELECT source_id FROM import_run WHERE id = :run) AND access = 'full'
AND NOT EXISTS (SELECT 1 FROM import_run
  WHERE source_id = source.id AND id <> :run AND state <> 'undone')
AND NOT EXISTS (SELECT 1 FROM identity WHERE source_id = source.id)
AND NOT EXISTS (SELECT 1 FROM conversation WHERE source_id = source.id)
AND NOT EXISTS (SELECT 1 FROM message WHERE source_id = source.id)
AND NOT EXISTS (SELECT 1 FROM interaction WHERE source_id = source.id)
"""


def forget_the_run(writer: Writer, number: int) -> None:
    """Leave of a run when it was and how much it held; in the caller's transaction.

    Names of files, and the places of what was left out, are names of people too.
    """
    writer.run(_PROPOSALS_ON_NOTHING)
    writer.run("DELETE FROM import_omission WHERE import_run_id = ?", (number,))
    standing = " UNION ALL ".join(
        f"SELECT {row['fact_column']} FROM {row['place']} WHERE {row['fact_column']} IS NOT NULL"
        for row in writer.all(_STANDING_ON)
    )
    writer.run(_NAMELESS_PROVENANCE.format(standing=standing), (number,))
    for source in writer.all(_SOURCE_OF_NOTHING, {"run": number}):
        writer.run(
            "UPDATE source SET account = ? WHERE id = ?",
            (nameless_account(source["kind"], source["account"]), source["id"]),
        )
    writer.run(
        "UPDATE import_run SET state = 'undone', file_name = '', file_sha256 = '' WHERE id = ?",
        (number,),
    )
