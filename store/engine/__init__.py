"""The file: driver, connections, opening, errors, schema, refs, rows of a batch."""
