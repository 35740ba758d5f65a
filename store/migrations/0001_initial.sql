-- The whole data model. Rules used throughout:
--   *_at  instant, UTC seconds since 1970;  *_on  calendar date, may be partial (YYYY, YYYY-MM, --MM-DD)
--   ref   short public id, what tools return and accept
-- Facts stand on the identity that they came from; a contact is a view over its identities, so that
-- a merge or a split only moves identities. What the owner types stands on an identity of kind 'owner'.

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Where things come from ---------------------------------------------------------------------

CREATE TABLE source (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL,
  access TEXT NOT NULL DEFAULT 'full' CHECK (access IN ('full', 'summary', 'none')),
  UNIQUE (kind, account)
) STRICT;

CREATE TABLE import_run (
  id INTEGER PRIMARY KEY,
  source_id INTEGER REFERENCES source(id),
  format TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  file_bytes INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'finished', 'interrupted', 'undone')),
  read_count INTEGER NOT NULL DEFAULT 0,
  new_count INTEGER NOT NULL DEFAULT 0,
  updated_count INTEGER NOT NULL DEFAULT 0,
  unchanged_count INTEGER NOT NULL DEFAULT 0,
  skipped_count INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a run left out: broken records (with their place) and records skipped on purpose.
CREATE TABLE import_omission (
  id INTEGER PRIMARY KEY,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  broken INTEGER NOT NULL CHECK (broken IN (0, 1)),
  reason TEXT NOT NULL,
  place TEXT NOT NULL DEFAULT '',
  count INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX import_omission_run ON import_omission(import_run_id);

CREATE TABLE provenance (
  id INTEGER PRIMARY KEY,
  source_id INTEGER NOT NULL REFERENCES source(id),
  import_run_id INTEGER REFERENCES import_run(id),
  reference TEXT NOT NULL DEFAULT '',
  author TEXT NOT NULL DEFAULT '',
  recorded_at INTEGER NOT NULL,
  confirmed_how TEXT NOT NULL CHECK (confirmed_how IN
    ('imported', 'typed', 'inferred', 'confirmed in terminal', 'confirmed on page', 'confirmed in client dialog')),
  confirmed_at INTEGER
) STRICT;
CREATE INDEX provenance_run ON provenance(import_run_id);

-- People -------------------------------------------------------------------------------------

CREATE TABLE contact (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  given_name TEXT NOT NULL DEFAULT '',
  family_name TEXT NOT NULL DEFAULT '',
  pronouns TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'organization')),
  how_we_met TEXT NOT NULL DEFAULT '',
  why_they_matter TEXT NOT NULL DEFAULT '',
  preferred_channel TEXT NOT NULL DEFAULT '',
  closeness TEXT CHECK (closeness IN ('inner circle', 'close', 'wider')),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'reconnect later', 'reference', 'archived')),
  cadence TEXT CHECK (cadence IN ('weekly', 'every two weeks', 'monthly', 'quarterly', 'twice a year',
    'yearly', 'event-based', 'revisit later', 'never', 'days')),
  cadence_days INTEGER CHECK (cadence_days > 0),
  snoozed_until_on TEXT,
  access TEXT NOT NULL DEFAULT 'full' CHECK (access IN ('full', 'summary', 'none')),
  consent TEXT NOT NULL DEFAULT '',
  is_owner INTEGER NOT NULL DEFAULT 0 CHECK (is_owner IN (0, 1)),
  -- where its people went; itself when nobody stands behind it any more
  merged_into_id INTEGER REFERENCES contact(id),
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX contact_one_owner ON contact(is_owner) WHERE is_owner = 1;

-- One account of a person in one source. scope is '' for keys that mean the same person everywhere.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'email', 'phone', 'telegram', 'label', 'owner', 'signal',
    'imessage', 'whatsapp', 'messenger', 'instagram', 'linkedin', 'slack', 'discord', 'google chat', 'other')),
  scope TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  source_id INTEGER NOT NULL REFERENCES source(id),
  contact_id INTEGER REFERENCES contact(id),
  linked_how TEXT NOT NULL DEFAULT '',
  record_hash TEXT NOT NULL DEFAULT '',
  -- the speaker's name that message_fts holds for their messages; behind when a link is newer
  indexed_as TEXT,
  last_run_id INTEGER REFERENCES import_run(id),
  UNIQUE (kind, scope, key)
) STRICT;
CREATE INDEX identity_contact ON identity(contact_id);

-- What was decided about who is who: undoable exactly, remembered for ever.
CREATE TABLE identity_event (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('link', 'unlink', 'merge', 'split', 'not the same')),
  identity_id INTEGER REFERENCES identity(id) ON DELETE CASCADE,
  contact_id INTEGER REFERENCES contact(id),
  other_contact_id INTEGER REFERENCES contact(id),
  happened_at INTEGER NOT NULL,
  decided_by TEXT NOT NULL CHECK (decided_by IN ('rule', 'owner')),
  evidence TEXT NOT NULL DEFAULT '',
  before_state TEXT NOT NULL DEFAULT '',
  undone_at INTEGER
) STRICT;
CREATE INDEX identity_event_identity ON identity_event(identity_id);

CREATE TABLE contact_name (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('full', 'nickname', 'former', 'saved as')),
  name TEXT NOT NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, kind, name)
) STRICT;

CREATE TABLE contact_method (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('email', 'phone', 'address', 'url', 'im')),
  value TEXT NOT NULL,
  key TEXT NOT NULL DEFAULT '',
  label TEXT NOT NULL DEFAULT '',
  preferred INTEGER NOT NULL DEFAULT 0 CHECK (preferred IN (0, 1)),
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, kind, value)
) STRICT;
CREATE INDEX contact_method_key ON contact_method(kind, key) WHERE key <> '';

CREATE TABLE organization (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE role (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  organization_id INTEGER NOT NULL REFERENCES organization(id),
  title TEXT NOT NULL DEFAULT '',
  department TEXT NOT NULL DEFAULT '',
  from_on TEXT,
  to_on TEXT,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, organization_id, title, department)
) STRICT;
CREATE INDEX role_organization ON role(organization_id);

CREATE TABLE tag (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  cadence TEXT,
  cadence_days INTEGER
) STRICT;

CREATE TABLE identity_tag (
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tag(id),
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  PRIMARY KEY (identity_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_group (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  cadence TEXT,
  cadence_days INTEGER
) STRICT;

CREATE TABLE identity_group (
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  group_id INTEGER NOT NULL REFERENCES contact_group(id),
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  PRIMARY KEY (identity_id, group_id)
) STRICT, WITHOUT ROWID;

-- identity_id has an <type> called other_name, who is other_identity_id when that is known.
CREATE TABLE relationship (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  other_name TEXT NOT NULL DEFAULT '',
  other_identity_id INTEGER REFERENCES identity(id) ON DELETE SET NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, type, other_name)
) STRICT;
CREATE INDEX relationship_other ON relationship(other_identity_id);

-- The word for the way back; types that are not here read the same both ways.
CREATE TABLE relationship_inverse (
  type TEXT PRIMARY KEY,
  inverse TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO relationship_inverse (type, inverse) VALUES
  ('parent', 'child'), ('mother', 'child'), ('father', 'child'), ('child', 'parent'), ('son', 'parent'),
  ('daughter', 'parent'), ('brother', 'sibling'), ('sister', 'sibling'), ('manager', 'report'),
  ('report', 'manager'), ('assistant', 'manager'), ('introduced by', 'introduced'),
  ('introduced', 'introduced by'), ('husband', 'spouse'), ('wife', 'spouse'), ('grandparent', 'grandchild'),
  ('grandchild', 'grandparent'), ('godparent', 'godchild'), ('godchild', 'godparent');

-- What was said ------------------------------------------------------------------------------

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL REFERENCES source(id),
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('direct', 'group', 'mail', 'channel')),
  title TEXT NOT NULL DEFAULT '',
  access TEXT NOT NULL DEFAULT 'full' CHECK (access IN ('full', 'summary', 'none')),
  UNIQUE (source_id, key)
) STRICT;

CREATE TABLE participant (
  conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  PRIMARY KEY (conversation_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX participant_identity ON participant(identity_id);

CREATE TABLE message (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL REFERENCES source(id),
  key TEXT NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  sender_id INTEGER REFERENCES identity(id),
  sent_at INTEGER,
  -- sent_at, or the time of the message before it where the export gives none
  ordered_at INTEGER NOT NULL,
  utc_offset_minutes INTEGER,
  text TEXT NOT NULL,
  original TEXT NOT NULL DEFAULT '',
  subject TEXT NOT NULL DEFAULT '',
  reply_to_key TEXT NOT NULL DEFAULT '',
  attachments TEXT NOT NULL DEFAULT '',
  reactions TEXT NOT NULL DEFAULT '',
  labels TEXT NOT NULL DEFAULT '',
  edited_at INTEGER,
  bulk INTEGER NOT NULL DEFAULT 0 CHECK (bulk IN (0, 1)),
  -- kept from assistants by an access tier of its sender, conversation or source; never indexed then
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  place TEXT NOT NULL DEFAULT '',
  content_sha256 BLOB NOT NULL,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id),
  UNIQUE (source_id, key)
) STRICT;
CREATE INDEX message_order ON message(conversation_id, ordered_at, seq);
CREATE INDEX message_sender ON message(sender_id, ordered_at);
CREATE INDEX message_run ON message(import_run_id);

-- Who a mail went to; chats need no rows, their participants are the conversation's.
CREATE TABLE message_recipient (
  message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  PRIMARY KEY (message_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_recipient_identity ON message_recipient(identity_id);

-- One real contact event. Derived ones belong to a conversation and a day in the owner's zone.
CREATE TABLE interaction (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('chat', 'mail', 'call', 'meeting', 'logged')),
  conversation_id INTEGER REFERENCES conversation(id) ON DELETE CASCADE,
  on_day TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  summary TEXT NOT NULL DEFAULT '',
  provenance_id INTEGER REFERENCES provenance(id)
) STRICT;
CREATE INDEX interaction_conversation ON interaction(conversation_id, on_day);

-- messages: how many this participant sent that day, the owner's accounts included, so that
-- reciprocity is read from the counts and follows every later link.
CREATE TABLE interaction_participant (
  interaction_id INTEGER NOT NULL REFERENCES interaction(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  messages INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (interaction_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX interaction_participant_identity ON interaction_participant(identity_id);

-- What is known ------------------------------------------------------------------------------

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL DEFAULT 'note' CHECK (kind IN ('note', 'conversation summary', 'card note')),
  text TEXT NOT NULL,
  about_on TEXT,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX note_identity ON note(identity_id);

CREATE TABLE follow_up (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  owed_by TEXT NOT NULL CHECK (owed_by IN ('owner', 'contact')),
  text TEXT NOT NULL,
  due_on TEXT,
  after_event TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'snoozed', 'dropped')),
  snoozed_until_on TEXT,
  state_changed_at INTEGER,
  message_id INTEGER REFERENCES message(id) ON DELETE SET NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX follow_up_identity ON follow_up(identity_id);
CREATE INDEX follow_up_due ON follow_up(state, due_on);

CREATE TABLE life_event (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  label TEXT NOT NULL DEFAULT '',
  date_on TEXT NOT NULL,
  recurs_yearly INTEGER NOT NULL DEFAULT 0 CHECK (recurs_yearly IN (0, 1)),
  lead_days INTEGER,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, kind, label, date_on)
) STRICT;

CREATE TABLE gift (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('idea', 'given', 'received')),
  text TEXT NOT NULL,
  date_on TEXT,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX gift_identity ON gift(identity_id);

CREATE TABLE interest (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  UNIQUE (identity_id, text)
) STRICT;

-- Address-book fields that have no place of their own, kept as they were.
CREATE TABLE extra_field (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX extra_field_identity ON extra_field(identity_id);

-- Proposals, decisions, disclosures -------------------------------------------------------------

-- No state column: a proposal's state follows from its decisions, which the server cannot write.
CREATE TABLE proposal (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('note', 'conversation_summary', 'follow_up', 'life_event', 'correction')),
  text TEXT NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
  due_on TEXT,
  evidence TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(evidence)),
  content_sha256 TEXT NOT NULL CHECK (length(content_sha256) = 64),
  proposed_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL CHECK (expires_at > created_at)
) STRICT;
CREATE INDEX proposal_contact ON proposal(contact_id);

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  proposal_id INTEGER NOT NULL UNIQUE REFERENCES proposal(id) ON DELETE CASCADE,
  verdict TEXT NOT NULL CHECK (verdict IN ('accepted', 'edited', 'rejected')),
  surface TEXT NOT NULL CHECK (surface IN ('terminal', 'page', 'client dialog')),
  decided_at INTEGER NOT NULL,
  text_sha256 TEXT NOT NULL CHECK (length(text_sha256) = 64)
) STRICT;

-- INSERT OR REPLACE would delete first and so slip past a refused UPDATE: the id must be new.
CREATE TRIGGER proposal_is_never_replaced BEFORE INSERT ON proposal
WHEN EXISTS (SELECT 1 FROM proposal WHERE ref = NEW.ref OR id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a proposal cannot be replaced');
END;
CREATE TRIGGER proposal_is_never_changed BEFORE UPDATE ON proposal
BEGIN
  SELECT RAISE(ABORT, 'a proposal cannot be changed');
END;

CREATE TABLE disclosure (
  id INTEGER PRIMARY KEY,
  shown_at INTEGER NOT NULL,
  client TEXT NOT NULL,
  tool TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(about)),
  refs TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(refs)),
  characters INTEGER NOT NULL
) STRICT;
CREATE INDEX disclosure_time ON disclosure(shown_at);
CREATE TRIGGER disclosure_is_never_replaced BEFORE INSERT ON disclosure
WHEN EXISTS (SELECT 1 FROM disclosure WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a disclosure cannot be replaced');
END;
CREATE TRIGGER disclosure_is_never_changed BEFORE UPDATE ON disclosure
BEGIN
  SELECT RAISE(ABORT, 'a disclosure cannot be changed');
END;

-- A forgotten person stays forgotten: keyed hashes of their addresses, checked by every import.
CREATE TABLE tombstone (
  key_hash BLOB PRIMARY KEY,
  forgotten_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Search -------------------------------------------------------------------------------------

-- text, its speaker, the turns around it; tag holds 'zv<conversation id> zs<sender id>' as exact filters.
CREATE VIRTUAL TABLE message_fts USING fts5(
  text, around, speaker, tag,
  content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO message_fts(message_fts, rank) VALUES ('secure-delete', 1);

CREATE VIRTUAL TABLE person_fts USING fts5(
  name, contact_id UNINDEXED, tokenize='trigram remove_diacritics 1'
);
INSERT INTO person_fts(person_fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE embedding_model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  revision TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  runtime TEXT NOT NULL,
  dimension INTEGER NOT NULL,
  max_tokens INTEGER NOT NULL,
  text_form TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('building', 'active', 'retired')),
  UNIQUE (name, revision, sha256, runtime, text_form)
) STRICT;
CREATE UNIQUE INDEX embedding_model_one_active ON embedding_model(state) WHERE state = 'active';

-- vector: little-endian float32, normalised; sqlite-vec measures it.
CREATE TABLE message_vec (
  model_id INTEGER NOT NULL REFERENCES embedding_model(id) ON DELETE CASCADE,
  message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  vector BLOB NOT NULL,
  PRIMARY KEY (model_id, message_id)
) STRICT;
CREATE INDEX message_vec_message ON message_vec(message_id);

-- Packed codes of the vectors, for speed; can always be rebuilt from message_vec.
CREATE TABLE vector_block (
  model_id INTEGER NOT NULL REFERENCES embedding_model(id) ON DELETE CASCADE,
  block INTEGER NOT NULL,
  message_ids BLOB NOT NULL,
  codes BLOB NOT NULL,
  PRIMARY KEY (model_id, block)
) STRICT;

-- Messages whose meaning is not indexed yet, for every model that is building or active.
CREATE TABLE embed_queue (
  message_id INTEGER PRIMARY KEY REFERENCES message(id) ON DELETE CASCADE
) STRICT;
