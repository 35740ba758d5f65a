"""The one family of errors that the memory raises on purpose.

Each subject's errors live beside the code that raises them; this file holds their parent.
`server/cli/errors.py` maps them to exit codes and `server/mcp/errors.py` to tool errors.
"""


class StoreError(Exception):
    """Something the owner or an assistant can understand and act on.

    The message is a full sentence for people: what is wrong, where, and what to do next.
    """
