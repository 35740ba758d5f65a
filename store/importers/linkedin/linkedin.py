"""LinkedIn's data export: a folder or zip of tables that need each other.

The connections become cards, with what invitations and recommendations say about them; the profile
tells who the owner is. The owner's other activity on LinkedIn (reactions, jobs, ads) is not read.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from store.importers import (
    ExportFolder,
    FolderExport,
    ReadingContext,
    UnreadableExport,
)
from store.importers.cards.dates import table_date
from store.importers.linkedin import single_file
from store.importers.linkedin.messages import MESSAGES, OwnerSigns, messages
from store.importers.linkedin.people import (
    CONNECTIONS,
    SOURCE,
    connections,
    named_rows,
)
from store.importers.records import Account, DatedNote, OwnerAccount, Problem, Record, Skipped
from store.text.keys import linkedin_slug
from store.text.names import name_key, visible

_CONNECTIONS: Final = "Connections.csv"
_MESSAGES: Final = "messages.csv"
_PROFILE: Final = "Profile.csv"
_EMAILS: Final = "Email Addresses.csv"
_PHONES: Final = "PhoneNumbers.csv"
_INVITATIONS: Final = "Invitations.csv"
_RECOMMENDATIONS: Final = {
    "Recommendations_Received.csv": "Recommended you on LinkedIn: “{}”",
    "Recommendations_Given.csv": "You recommended them on LinkedIn: “{}”",
}
# Read when they are beside the connections or the messages.
_COMPANIONS: Final = (_PROFILE, _EMAILS, _PHONES, _INVITATIONS, *_RECOMMENDATIONS)
_LONGEST_NOTE: Final = 4_000
# The owner's other activity; claimed, so that no other format asks about it.
_NOT_READ: Final = frozenset(
    """
    Ad_Targeting|Ads Clicked|Causes You Care About|Certifications|Comments|Company Follows|Courses
    |Education|Endorsement_Given_Info|Endorsement_Received_Info|Events|Hashtag_Follows
    |ImportedContacts|Inferences_about_you|Instant Reposts|Languages|Learning|LearningCoachMessages
    |Job Applicant Saved Screening Question Responses
    |Logins|Member_Follows|Organizations|Patents|Positions|Private_identity_asset|Profile Summary
    |Projects|Publications|Reactions|Receipts|Receipts_v2|Registration|Rich_Media|SavedJobAlerts
    |SearchQueries|Security Challenges|Services Marketplace|Shares|Skills|Test Scores|Verifications
    |Volunteering|Votes|Whatsapp Phone Numbers|coach_messages|guide_messages
    |learning_role_play_messages|saved_articles
    """.replace("\n    ", "")
    .strip()
    .split("|")
)
_FOLDERS_NOT_READ: Final = ("Jobs/", "Articles/", "Verifications/", "Media_Files/")


@dataclass(slots=True)
class _Told:
    """What the smaller tables say about connections, by slug or name, and about the owner."""

    notes: defaultdict[str, list[DatedNote]] = field(default_factory=lambda: defaultdict(list))
    owner_names: set[str] = field(default_factory=set)
    owner_slugs: set[str] = field(default_factory=set)


class LinkedInImporter:
    """The data export of a LinkedIn account."""

    format = "linkedin"
    title = "LinkedIn export"

    def find(self, folder: ExportFolder) -> Sequence[FolderExport]:
        """See `FolderImporter.find`."""
        here: defaultdict[str, set[str]] = defaultdict(set)
        for file in folder.files():
            path = PurePosixPath(file)
            if path.name in (_CONNECTIONS, _MESSAGES) and single_file.IMPORTER.recognises(
                Path(path.name), folder.head(file)
            ):
                here["" if str(path.parent) == "." else f"{path.parent}/"].add(file)
        for root, files in here.items():
            below = [file for file in folder.files() if file.startswith(root)]
            files.update(file for file in below if _is_linkedins(file[len(root) :]))
        return [FolderExport(root, tuple(sorted(files))) for root, files in here.items()]

    def extract(self, folder: ExportFolder, context: ReadingContext) -> Iterator[Record]:
        """See `FolderImporter.extract`."""
        files = set(folder.files())
        yield SOURCE
        told = _Told()
        told.owner_names |= set(map(name_key, context.me))
        yield from _owner(folder, files, told)
        yield from _invitations(folder, files, told)
        yield from _recommendations(folder, files, told)
        if _CONNECTIONS in files:
            rows = _rows(folder, _CONNECTIONS, CONNECTIONS)
            yield from _placed(_CONNECTIONS, connections(rows, told.notes))
        if _MESSAGES in files:
            rows = _rows(folder, _MESSAGES, MESSAGES)
            signs = OwnerSigns(frozenset(told.owner_names - {""}), frozenset(told.owner_slugs))
            yield from _placed(_MESSAGES, messages(rows, signs))
        for file in sorted(files - {_CONNECTIONS, _MESSAGES, *_COMPANIONS}):
            yield Skipped("a file about your own doings on LinkedIn", file)


def _is_linkedins(file: str) -> bool:
    path = PurePosixPath(file)
    if file.startswith(_FOLDERS_NOT_READ):
        return True
    return file in _COMPANIONS or (
        path.suffix == ".csv" and file == path.name and path.stem in _NOT_READ
    )


def _rows(
    folder: ExportFolder, file: str, wanted: frozenset[str]
) -> Iterator[dict[str, str] | Problem]:
    """The rows of one table; one that cannot be read is a problem, and the others go on."""
    with folder.open(file) as stream:
        try:
            yield from named_rows(stream, file, wanted)
        except UnreadableExport as error:
            yield Problem(str(error), file)


def _placed(file: str, records: Iterator[Record]) -> Iterator[Record]:
    for record in records:
        match record:
            case Problem(reason=reason, place=place) if place != file:
                yield Problem(reason, f"{file}, {place}")
            case _:
                yield record


def _owner(folder: ExportFolder, files: set[str], told: _Told) -> Iterator[Record]:
    if _PROFILE in files:
        for row in _rows(folder, _PROFILE, frozenset({"first name", "last name", "headline"})):
            if isinstance(row, Problem):
                yield row
                continue
            name = visible(f"{row.get('first name', '')} {row.get('last name', '')}")
            told.owner_names.add(name_key(name))
    if _EMAILS in files:
        for row in _rows(folder, _EMAILS, frozenset({"email address", "confirmed", "primary"})):
            if isinstance(row, Problem):
                yield row
            elif "@" in row.get("email address", "") and _is_said(row.get("confirmed", "yes")):
                yield OwnerAccount(Account("email", row["email address"].strip()))
    if _PHONES in files:
        for row in _rows(folder, _PHONES, frozenset({"extension", "number", "type"})):
            if isinstance(row, Problem):
                yield row
            elif number := row.get("number", "").strip():
                extension = row.get("extension", "").strip()
                international = extension.startswith("+") and not number.startswith("+")
                yield OwnerAccount(
                    Account("phone", f"{extension} {number}" if international else number)
                )


def _is_said(text: str) -> bool:
    return text.strip().lower() not in ("no", "false")


def _invitations(folder: ExportFolder, files: set[str], told: _Told) -> Iterator[Record]:
    """Keep the words of invitations for the connections that came of them."""
    if _INVITATIONS not in files:
        return
    wanted = frozenset({"from", "to", "sent at", "direction"})
    for row in _rows(folder, _INVITATIONS, wanted):
        if isinstance(row, Problem):
            yield row
            continue
        outgoing = row.get("direction", "").strip().upper() == "OUTGOING"
        urls = (row.get("inviteeprofileurl", ""), row.get("inviterprofileurl", ""))
        other, own = urls if outgoing else reversed(urls)
        if name := name_key(row.get("from" if outgoing else "to", "")):
            told.owner_names.add(name)
        words = row.get("message", "").strip()[:_LONGEST_NOTE]
        # The words are of no use unless a connection came of it.
        if words and (slug := linkedin_slug(other)):
            who = "Your" if outgoing else "Their"
            on = table_date(row.get("sent at", "").removesuffix(" UTC"), "month first")
            note = DatedNote(f"{who} invitation on LinkedIn: “{words}”", on, "how we met")
            told.notes[slug].append(note)
        if slug := linkedin_slug(own):
            told.owner_slugs.add(slug)


def _recommendations(folder: ExportFolder, files: set[str], told: _Told) -> Iterator[Record]:
    for file, sentence in _RECOMMENDATIONS.items():
        if file not in files:
            continue
        wanted = frozenset({"first name", "last name", "text", "creation date"})
        for row in _rows(folder, file, wanted):
            if isinstance(row, Problem):
                yield row
                continue
            name = name_key(f"{row.get('first name', '')} {row.get('last name', '')}")
            words = row.get("text", "").strip()[:_LONGEST_NOTE]
            if name and words:
                on = table_date(row.get("creation date", ""), "month first")
                told.notes[name].append(DatedNote(sentence.format(words), on))


FOLDER_IMPORTER: Final = LinkedInImporter()
