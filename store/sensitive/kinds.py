"""What each kind of find is called, as the marks say it: `[withheld: card number]`."""

from typing import Final

# These never leave.
KEY: Final = "key"
PASSWORD: Final = "password"  # noqa: S105 the name of a kind
CODE: Final = "code"
CARD: Final = "card number"
ACCOUNT: Final = "bank account"
IDENTITY: Final = "identity number"
NUMBERS: Final = "row of numbers"
# These are withheld until the owner opens them.
HEALTH: Final = "health"
MONEY: Final = "money"
FAMILY: Final = "family conflict"
ADDRESS: Final = "address"
