"""The kinkeeper command: the four folders beside this file are the program."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Put the program's folders first on the import path, then run the command line."""
    # numpy's other threads would wait spinning between the small products of a search.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    here = Path(__file__).resolve().parent
    bundle = here / "kinkeeper_app"  # exists in an installed wheel only
    sys.path.insert(0, str(bundle if bundle.is_dir() else here))
    from server.cli import main as run

    run()


if __name__ == "__main__":
    main()
