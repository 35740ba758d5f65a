-- Who typed it: the owner at a terminal, or a script that they let write in their place.
ALTER TABLE provenance ADD COLUMN by_script INTEGER NOT NULL DEFAULT 0 CHECK (by_script IN (0, 1));

-- When the owner sat down to decide, so that the next sitting can tell what was decided since.
CREATE TABLE sitting (
  began_at INTEGER PRIMARY KEY
) STRICT;
