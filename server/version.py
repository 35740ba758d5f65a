"""The version of this Kinkeeper."""

from typing import Final

VERSION: Final = "0.1.0"
