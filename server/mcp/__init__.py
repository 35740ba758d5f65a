"""The face for assistants: an MCP server that reads, and shows only what passes the gate."""
