"""A small client: ask a memory over stdio, as an assistant does.

    python examples/ask.py "Alex Moreira"

Uses the `kinkeeper` command on the path, and the memory that KINKEEPER_HOME names.
"""

import asyncio
import json
import os
import sys

from mcp import Client, StdioServerParameters


async def main(person: str) -> None:
    """Print the briefing on one person as the assistant gets it."""
    server = StdioServerParameters(command="kinkeeper", args=["serve"], env=dict(os.environ))
    async with Client(server) as client:
        answer = await client.call_tool("brief_me", {"person": person})
        told = json.dumps(answer.structured_content, ensure_ascii=False, indent=2)
        print(told)  # noqa: T201 what it is for


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
