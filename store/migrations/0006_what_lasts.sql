-- What it takes that exports give the same memory in whatever order they come.

-- A message that was taken back, by its key in the source: it stays away without its words. One that
-- an export without ids tells of has the key of its place: the chat, the minute, who, the how-manyth.
CREATE TABLE taken_back (
  source_id INTEGER NOT NULL REFERENCES source(id),
  key TEXT NOT NULL,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  PRIMARY KEY (source_id, key, import_run_id)
) STRICT, WITHOUT ROWID;

-- What an export tells of a chat (mails do not change). Its last moment: of two exports that differ,
-- the later one holds. Its title and its key there: when one is taken back, those of the others stay.
CREATE TABLE conversation_reach (
  conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  newest_at INTEGER NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL,
  PRIMARY KEY (conversation_id, import_run_id)
) STRICT, WITHOUT ROWID;

-- Two accounts that are one: two exports of one chat show the same lines under either.
CREATE TABLE same_writer (
  one_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  other_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  PRIMARY KEY (one_id, other_id, import_run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX same_writer_other ON same_writer(other_id);

-- The reach of the export that the title is from.
ALTER TABLE conversation ADD COLUMN titled_at INTEGER NOT NULL DEFAULT 0;

INSERT INTO conversation_reach(conversation_id, import_run_id, newest_at, title, key)
  SELECT conversation.id, import_run_id, max(max(coalesce(sent_at, 0), coalesce(edited_at, 0))),
    title, conversation.key
  FROM message JOIN conversation ON conversation.id = conversation_id
  WHERE conversation.kind <> 'mail' GROUP BY conversation.id, import_run_id;
UPDATE conversation SET titled_at = coalesce(
  (SELECT max(newest_at) FROM conversation_reach WHERE conversation_id = conversation.id), 0);
