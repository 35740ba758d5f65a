"""Who is who, and what follows from it: who is seen, and under which names messages are found."""

from collections.abc import Iterator
from contextlib import contextmanager

from store.engine.connections import Writer
from store.identity.links import link_identities
from store.index.message_words import index_renamed_speakers
from store.sharing.visibility import refresh_visibility


@contextmanager
def settle_people(writer: Writer, now: int) -> Iterator[None]:
    """Open one transaction for changes to who is who; at its end that is worked out anew.

    Afterwards the messages of people whose name has changed are indexed anew, in short
    transactions. now: UTC seconds.
    """
    with writer.transaction():
        yield
        link_identities(writer, now)
        refresh_visibility(writer)
    index_renamed_speakers(writer)
