"""Finding the exports in what the owner points to: each file has one importer, or none."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.errors import StoreError
from store.importers import HEAD_BYTES, Importer, all_importers
from store.importers.known_files import name_of_unknown


class UnknownFormat(StoreError):
    """`--as` names a format that does not exist."""

    def __init__(self, asked: str) -> None:
        known = ", ".join(importer.format for importer in all_importers())
        super().__init__(f"There is no format “{asked}”. Known: {known}.")


class TwoFormats(StoreError):
    """Two importers take one file for theirs."""

    def __init__(self, path: Path, titles: list[str]) -> None:
        super().__init__(
            f"{path.name} could be {' or '.join(titles)}. Say which one with --as FORMAT."
        )


class MissingFile(StoreError):
    """The path leads nowhere, or cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} cannot be read: {why}.")


@dataclass(frozen=True, slots=True)
class Export:
    """One file, with its importer, or with what it seems to be when none reads it."""

    path: Path
    importer: Importer | None
    seems: str = ""


def find_exports(paths: Iterable[Path], asked_format: str | None) -> list[Export]:
    """The files at these paths, folders searched, in a stable order.

    asked_format: take every file for this format, whatever it looks like.
    Raises: MissingFile, UnknownFormat, TwoFormats.
    """
    chosen = _importer(asked_format) if asked_format else None
    found = []
    for path in _files(paths):
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
        except OSError as error:
            raise MissingFile(path, (error.strerror or "not readable").lower()) from None
        if chosen is not None:
            found.append(Export(path, chosen))
            continue
        claims = [importer for importer in all_importers() if importer.recognises(path, head)]
        if len(claims) > 1:
            raise TwoFormats(path, [importer.title for importer in claims])
        if claims:
            found.append(Export(path, claims[0]))
        else:
            found.append(Export(path, None, name_of_unknown(head)))
    return found


def _importer(name: str) -> Importer:
    for importer in all_importers():
        if importer.format == name.casefold():
            return importer
    raise UnknownFormat(name)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file
                for file in path.rglob("*")
                if file.is_file()
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
            )
        elif path.exists():
            yield path
        else:
            raise MissingFile(path, "there is no such file or folder")
