-- The whole data model. Rules used throughout:
--   *_at  instant, UTC seconds since 1970;  *_on  calendar date, may be partial (YYYY, YYYY-MM, --MM-DD)
--   ref   short public id, what tools return and accept
-- Facts belong to the identity that they came from. A contact is a view over its identities, so a
-- merge or a split only moves identities. What the owner types belongs to an identity of kind
-- 'owner'.

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
  skipped_count INTEGER NOT NULL DEFAULT 0,
  -- whether people were linked and old words purged since: store/imports/settling.py
  settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1))
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

-- What a run met, new or not, so that undoing it takes back what no other run has brought.
-- Spans of ids, both ends included; the tables they point into never use an id twice.
CREATE TABLE run_span (
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'conversation', 'interaction', 'card')),
  first_id INTEGER NOT NULL,
  last_id INTEGER NOT NULL,
  PRIMARY KEY (kind, first_id, import_run_id)
) STRICT, WITHOUT ROWID;

-- The accounts that an export lists in a conversation, in an address-book group, or as its owner's
-- (0).
CREATE TABLE run_link (
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('participant', 'group', 'owner')),
  whole_id INTEGER NOT NULL,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  PRIMARY KEY (kind, whole_id, identity_id, import_run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_link_identity ON run_link(identity_id);

-- How a run showed an account: its name, the name it was saved under, JSON [[kind, value]].
CREATE TABLE run_account (
  import_run_id INTEGER NOT NULL REFERENCES import_run(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  saved_as TEXT NOT NULL,
  methods TEXT NOT NULL,
  PRIMARY KEY (identity_id, import_run_id, name, saved_as, methods)
) STRICT, WITHOUT ROWID;

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
  -- where its people went; the contact itself when it has nobody any more
  merged_into_id INTEGER REFERENCES contact(id),
  -- JSON [kind, scope, key] of the account that the ref is made of
  seed TEXT UNIQUE,
  -- JSON {column: [own, taken over]} for what merged contacts brought; NULL for none.
  -- access: [own, in force, {what limits it: tier}, the limits that the owner overruled]
  taken_over TEXT CHECK (json_valid(taken_over)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contact_merged ON contact(merged_into_id) WHERE merged_into_id IS NOT NULL;
CREATE UNIQUE INDEX contact_one_owner ON contact(is_owner) WHERE is_owner = 1;

-- When the owner last typed a field of a contact.
CREATE TABLE typed_field (
  contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id),
  PRIMARY KEY (contact_id, name)
) STRICT, WITHOUT ROWID;

-- The kinds of account; store/text/services.py knows what is special about each.
CREATE TABLE account_kind (
  kind TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO account_kind (kind) VALUES
  ('card'), ('email'), ('phone'), ('telegram'), ('label'), ('owner'), ('signal'), ('imessage'),
  ('whatsapp'), ('messenger'), ('instagram'), ('linkedin'), ('slack'), ('discord'), ('google chat'),
  ('other');

-- One account of a person in one source. scope is '' for keys that mean the same person everywhere.
CREATE TABLE identity (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL REFERENCES account_kind(kind),
  scope TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL,
  name TEXT NOT NULL DEFAULT '',
  -- for a card, as the address book has them
  given_name TEXT NOT NULL DEFAULT '',
  family_name TEXT NOT NULL DEFAULT '',
  pronouns TEXT NOT NULL DEFAULT '',
  is_organization INTEGER NOT NULL DEFAULT 0 CHECK (is_organization IN (0, 1)),
  source_id INTEGER NOT NULL REFERENCES source(id),
  contact_id INTEGER REFERENCES contact(id),
  linked_how TEXT NOT NULL DEFAULT '',
  record_hash TEXT NOT NULL DEFAULT '',
  -- the speaker's name that message_fts holds for their messages; outdated when a link is newer
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

-- The accounts on either side of a decision by the owner, by key, because an import's rows may go.
CREATE TABLE decided_account (
  event_id INTEGER NOT NULL REFERENCES identity_event(id) ON DELETE CASCADE,
  side TEXT NOT NULL CHECK (side IN ('left', 'right')),
  kind TEXT NOT NULL,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (event_id, side, kind, scope, key)
) STRICT, WITHOUT ROWID;

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
  -- whether the key may make two cards one: docs/identity.md
  strength TEXT NOT NULL DEFAULT '' CHECK (strength IN ('', 'medium', 'strong')),
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

-- identity_id has a <type> called other_name, who is other_identity_id if that is known.
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

-- A type and the word for the way back; she, he: the word for a woman or a man, if there is one.
-- Types that are not here have no word for the way back.
CREATE TABLE relationship_inverse (
  type TEXT PRIMARY KEY,
  inverse TEXT NOT NULL,
  she TEXT NOT NULL DEFAULT '',
  he TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO relationship_inverse (type, inverse, she, he) VALUES
  ('parent', 'child', 'mother', 'father'), ('child', 'parent', 'daughter', 'son'),
  ('sibling', 'sibling', 'sister', 'brother'), ('spouse', 'spouse', 'wife', 'husband'),
  ('grandparent', 'grandchild', 'grandmother', 'grandfather'),
  ('grandchild', 'grandparent', 'granddaughter', 'grandson'),
  ('godparent', 'godchild', 'godmother', 'godfather'),
  ('godchild', 'godparent', 'goddaughter', 'godson'),
  ('parent-in-law', 'child-in-law', 'mother-in-law', 'father-in-law'),
  ('child-in-law', 'parent-in-law', 'daughter-in-law', 'son-in-law'),
  ('sibling-in-law', 'sibling-in-law', 'sister-in-law', 'brother-in-law'),
  ('step-parent', 'stepchild', 'stepmother', 'stepfather'),
  ('stepchild', 'step-parent', 'stepdaughter', 'stepson'),
  ('half-sibling', 'half-sibling', 'half-sister', 'half-brother'),
  ('aunt or uncle', 'niece or nephew', 'aunt', 'uncle'),
  ('niece or nephew', 'aunt or uncle', 'niece', 'nephew');
INSERT INTO relationship_inverse (type, inverse)
  SELECT she, inverse FROM relationship_inverse WHERE she <> ''
  UNION ALL SELECT he, inverse FROM relationship_inverse WHERE he <> '';
INSERT INTO relationship_inverse (type, inverse) VALUES
  ('manager', 'report'), ('report', 'manager'), ('assistant', 'manager'), ('boss', 'report'),
  ('introduced by', 'introduced'), ('introduced', 'introduced by'), ('mentor', 'mentee'),
  ('mentee', 'mentor'), ('teacher', 'student'), ('student', 'teacher'), ('doctor', 'patient'),
  ('patient', 'doctor'), ('client', 'supplier'), ('supplier', 'client'), ('landlord', 'tenant'),
  ('tenant', 'landlord'), ('employer', 'employee'), ('employee', 'employer'),
  ('ex-wife', 'ex-spouse'), ('ex-husband', 'ex-spouse'),
  ('girlfriend', 'partner'), ('boyfriend', 'partner');
-- The same both ways.
INSERT INTO relationship_inverse (type, inverse)
  SELECT value, value FROM json_each('["partner", "domestic partner", "friend", "best friend",
    "colleague", "co-worker", "coworker", "neighbour", "neighbor", "cousin", "relative", "related",
    "kin", "twin", "fiancé", "fiancée", "ex-partner", "ex-spouse", "flatmate", "roommate",
    "co-resident", "classmate", "acquaintance", "contact", "business partner", "co-founder",
    "sweetheart", "date", "met", "member"]');

-- What was said ------------------------------------------------------------------------------

CREATE TABLE conversation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
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
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ref TEXT NOT NULL UNIQUE,
  source_id INTEGER NOT NULL REFERENCES source(id),
  key TEXT NOT NULL,
  conversation_id INTEGER NOT NULL REFERENCES conversation(id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  sender_id INTEGER REFERENCES identity(id),
  sent_at INTEGER,
  -- sent_at, or the time of the message before it if the export gives none
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
  -- kept from assistants by an access tier of its sender, conversation or source, and so not
  -- indexed
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1)),
  place TEXT NOT NULL DEFAULT '',
  content_sha256 BLOB NOT NULL,
  import_run_id INTEGER NOT NULL REFERENCES import_run(id),
  -- what ranking needs to know about a text without reading it
  characters INTEGER AS (length(text)) VIRTUAL,
  asks INTEGER AS (substr(rtrim(text), -1) IN ('?', '？', '؟')) VIRTUAL,
  holds_number INTEGER AS (text GLOB '*[0-9]*') VIRTUAL,
  UNIQUE (source_id, key)
) STRICT;
-- With the sender, and whether assistants may see it: ranking asks this for hundreds of turns.
CREATE INDEX message_order ON message(conversation_id, ordered_at, seq, sender_id, hidden);
CREATE INDEX message_sender ON message(sender_id, ordered_at);
CREATE INDEX message_run ON message(import_run_id);
CREATE INDEX message_hidden ON message(conversation_id) WHERE hidden = 1;

-- The recipients of a mail; chats need no rows, because their participants are the conversation's.
CREATE TABLE message_recipient (
  message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  PRIMARY KEY (message_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_recipient_identity ON message_recipient(identity_id);

-- One real contact event. Derived ones ('chat', 'mail') belong to a conversation and a day in the
-- owner's zone; imported meetings and calls have a source and their key there.
CREATE TABLE interaction (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ref TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('chat', 'mail', 'call', 'meeting', 'logged')),
  conversation_id INTEGER REFERENCES conversation(id) ON DELETE CASCADE,
  on_day TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  summary TEXT NOT NULL DEFAULT '',
  source_id INTEGER REFERENCES source(id),
  key TEXT,
  title TEXT NOT NULL DEFAULT '',
  details TEXT NOT NULL DEFAULT '',
  location TEXT NOT NULL DEFAULT '',
  content_sha256 BLOB,
  provenance_id INTEGER REFERENCES provenance(id),
  UNIQUE (source_id, key)
) STRICT;
CREATE INDEX interaction_conversation ON interaction(conversation_id, on_day);

-- messages: how many this participant sent that day. The owner's accounts have rows too, so
-- reciprocity can be read from the counts and follows every later link.
CREATE TABLE interaction_participant (
  interaction_id INTEGER NOT NULL REFERENCES interaction(id) ON DELETE CASCADE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  messages INTEGER NOT NULL DEFAULT 0,
  -- when it began, UTC seconds; NULL in a group chat, where nothing is said to one person.
  -- both_at: the same if it may be contact in both directions: met, called, logged, or somebody
  -- else wrote too. Kept by triggers, so that everybody's last contacts are found quickly.
  contact_at INTEGER,
  both_at INTEGER,
  PRIMARY KEY (interaction_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX interaction_participant_identity ON interaction_participant(identity_id);
CREATE INDEX interaction_participant_contact ON interaction_participant(identity_id, contact_at)
WHERE contact_at IS NOT NULL;
CREATE INDEX interaction_participant_both ON interaction_participant(identity_id, both_at)
WHERE both_at IS NOT NULL;
-- Rows from store/imports/store_interactions.py bring their times.
CREATE TRIGGER interaction_participant_has_its_time AFTER INSERT ON interaction_participant
WHEN NEW.contact_at IS NULL
BEGIN
  UPDATE interaction_participant SET contact_at = (SELECT interaction.started_at FROM interaction
    LEFT JOIN conversation ON conversation.id = interaction.conversation_id
    WHERE interaction.id = NEW.interaction_id
      AND (interaction.kind <> 'chat' OR conversation.kind <> 'group'))
  WHERE interaction_id = NEW.interaction_id AND identity_id = NEW.identity_id;
  UPDATE interaction_participant SET both_at = contact_at
  WHERE interaction_id = NEW.interaction_id AND contact_at IS NOT NULL AND both_at IS NULL
    AND ((SELECT kind FROM interaction WHERE id = NEW.interaction_id) IN ('call', 'meeting', 'logged')
      OR (messages > 0 AND EXISTS (SELECT 1 FROM interaction_participant AS other
        WHERE other.interaction_id = NEW.interaction_id AND other.messages > 0
          AND other.identity_id <> interaction_participant.identity_id)));
END;
CREATE TRIGGER interaction_participant_keeps_its_time AFTER UPDATE OF started_at ON interaction
BEGIN
  UPDATE interaction_participant SET contact_at = NEW.started_at,
    both_at = CASE WHEN both_at IS NOT NULL THEN NEW.started_at END
  WHERE interaction_id = NEW.id AND contact_at IS NOT NULL;
END;

-- What is known ------------------------------------------------------------------------------

CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL DEFAULT 'note' CHECK (kind IN ('note', 'conversation summary', 'card note', 'how we met')),
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

-- What the owner made of a follow-up, one row for each change; the last one is its present state.
CREATE TABLE follow_up_change (
  id INTEGER PRIMARY KEY,
  follow_up_id INTEGER NOT NULL REFERENCES follow_up(id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'snoozed', 'dropped')),
  until_on TEXT,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX follow_up_change_of ON follow_up_change(follow_up_id);

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

-- Address-book fields without a column here, kept as they were.
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
  -- for a correction: the fact that is wrong, by kind and text, as it was when this was proposed
  corrects_kind TEXT NOT NULL DEFAULT '',
  corrects_text TEXT NOT NULL DEFAULT '',
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
  -- the hash of what was shown when it was decided; the words themselves if the owner edited them
  text_sha256 TEXT NOT NULL CHECK (length(text_sha256) = 64),
  edited_text TEXT NOT NULL DEFAULT ''
) STRICT;

-- The owner took back what they had confirmed.
CREATE TABLE retraction (
  decision_id INTEGER PRIMARY KEY REFERENCES decision(id) ON DELETE CASCADE,
  retracted_at INTEGER NOT NULL
) STRICT;

-- What the owner says no longer holds, by content: an import that writes the fact anew does not
-- bring it back. It belongs to the contact's identity of kind 'owner'.
CREATE TABLE superseded_fact (
  id INTEGER PRIMARY KEY,
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  provenance_id INTEGER NOT NULL REFERENCES provenance(id)
) STRICT;
CREATE INDEX superseded_fact_identity ON superseded_fact(identity_id);

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
CREATE TRIGGER decision_is_never_replaced BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE proposal_id = NEW.proposal_id OR id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a proposal is decided once');
END;
CREATE TRIGGER decision_is_never_changed BEFORE UPDATE ON decision
BEGIN
  SELECT RAISE(ABORT, 'a decision cannot be changed');
END;
CREATE TRIGGER decision_is_in_time BEFORE INSERT ON decision
WHEN NEW.verdict <> 'rejected' AND NOT EXISTS
  (SELECT 1 FROM proposal WHERE id = NEW.proposal_id AND expires_at > NEW.decided_at)
BEGIN
  SELECT RAISE(ABORT, 'an expired proposal cannot be accepted');
END;
-- A client's dialog counts only when the owner said so, and never for corrections.
CREATE TRIGGER decision_in_a_dialog_is_allowed BEFORE INSERT ON decision
WHEN NEW.surface = 'client dialog' AND (NEW.verdict <> 'accepted'
  OR NOT EXISTS (SELECT 1 FROM setting WHERE name = 'confirm_in_client' AND value = 'on')
  OR EXISTS (SELECT 1 FROM proposal WHERE id = NEW.proposal_id AND kind = 'correction'))
BEGIN
  SELECT RAISE(ABORT, 'the owner decides in a terminal');
END;

CREATE TABLE disclosure (
  id INTEGER PRIMARY KEY,
  shown_at INTEGER NOT NULL,
  client TEXT NOT NULL,
  tool TEXT NOT NULL,
  about TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(about)),
  refs TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(refs)),
  messages INTEGER NOT NULL DEFAULT 0,
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

-- What assistants may see ----------------------------------------------------------------------

-- Worked out by store/sharing/visibility.py from the access tiers, never written by hand. A row in
-- these tables does not exist for an assistant. They hold only ids, so that a look-up costs next to
-- nothing.
CREATE TABLE unseen_contact (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unseen_identity (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unseen_conversation (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unseen_organization (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unseen_tag (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE unseen_contact_group (id INTEGER PRIMARY KEY) STRICT;
-- An account linked to somebody unseen is unseen at once, not only when its import has ended.
CREATE TRIGGER identity_of_somebody_unseen AFTER UPDATE OF contact_id ON identity
WHEN NEW.contact_id IN (SELECT id FROM unseen_contact)
BEGIN
  INSERT OR IGNORE INTO unseen_identity(id) VALUES (NEW.id);
END;
-- Conversations with a title that is the name of somebody unseen.
CREATE TABLE unseen_title (id INTEGER PRIMARY KEY) STRICT;

-- Names that person_fts must not hold: those of unseen contacts, and anybody's that tell of an illness
-- or the like.
CREATE TABLE unseen_name (
  name TEXT NOT NULL,
  contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
  PRIMARY KEY (name, contact_id)
) STRICT, WITHOUT ROWID;

-- Contacts with nothing to withhold in their names, whatever the owner chose, so that lists of
-- everybody need not look again. A changed name is checked anew: store/index/contact_names.py.
CREATE TABLE harmless_name (
  contact_id INTEGER PRIMARY KEY REFERENCES contact(id) ON DELETE CASCADE
) STRICT;
CREATE TRIGGER contact_is_renamed AFTER UPDATE OF display_name, given_name, family_name ON contact
BEGIN
  DELETE FROM harmless_name WHERE contact_id = NEW.id;
END;

-- Interactions in which somebody unseen took part: their times without them, NULL if nothing is
-- left.
CREATE TABLE unseen_interaction (
  id INTEGER PRIMARY KEY REFERENCES interaction(id) ON DELETE CASCADE,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;

-- Accounts in the owner's address book, or with an exchange both ways; others' words are withheld.
CREATE TABLE known_sender (
  identity_id INTEGER PRIMARY KEY REFERENCES identity(id) ON DELETE CASCADE
) STRICT;

-- Withheld items that the owner has opened for a time.
CREATE TABLE opened_item (
  ref TEXT PRIMARY KEY,
  opened_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Search -------------------------------------------------------------------------------------

-- text, its speaker, the turns around it; tag holds 'zv<conversation id> zs<sender id>' as exact filters.
CREATE VIRTUAL TABLE message_fts USING fts5(
  text, around, speaker, tag,
  content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO message_fts(message_fts, rank) VALUES ('secure-delete', 1);

-- What is written down about people, by its words alone; a row is id * 4 + the kind's number in
-- store/engine/fact_kinds.py. It holds only what assistants may see, without what never leaves;
-- store/index/fact_words.py brings it up to date before every commit.
CREATE VIRTUAL TABLE fact_fts USING fts5(
  text, content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 2'
);
INSERT INTO fact_fts(fact_fts, rank) VALUES ('secure-delete', 1);
-- What has changed and is not indexed yet.
CREATE TABLE fact_to_index (entry INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER note_is_findable AFTER INSERT ON note
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 0);
END;
CREATE TRIGGER note_is_findable_as_it_is AFTER UPDATE ON note
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 0);
END;
CREATE TRIGGER note_is_findable_no_more AFTER DELETE ON note
BEGIN
  DELETE FROM fact_fts WHERE rowid = OLD.id * 4 + 0;
  DELETE FROM fact_to_index WHERE entry = OLD.id * 4 + 0;
END;
CREATE TRIGGER follow_up_is_findable AFTER INSERT ON follow_up
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 1);
END;
CREATE TRIGGER follow_up_is_findable_as_it_is AFTER UPDATE ON follow_up
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 1);
END;
CREATE TRIGGER follow_up_is_findable_no_more AFTER DELETE ON follow_up
BEGIN
  DELETE FROM fact_fts WHERE rowid = OLD.id * 4 + 1;
  DELETE FROM fact_to_index WHERE entry = OLD.id * 4 + 1;
END;
CREATE TRIGGER life_event_is_findable AFTER INSERT ON life_event
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 2);
END;
CREATE TRIGGER life_event_is_findable_as_it_is AFTER UPDATE ON life_event
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 2);
END;
CREATE TRIGGER life_event_is_findable_no_more AFTER DELETE ON life_event
BEGIN
  DELETE FROM fact_fts WHERE rowid = OLD.id * 4 + 2;
  DELETE FROM fact_to_index WHERE entry = OLD.id * 4 + 2;
END;
CREATE TRIGGER interaction_is_findable AFTER INSERT ON interaction WHEN NEW.summary <> ''
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 3);
END;
CREATE TRIGGER interaction_is_findable_as_it_is AFTER UPDATE ON interaction WHEN NEW.summary <> OLD.summary
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry) VALUES (NEW.id * 4 + 3);
END;
CREATE TRIGGER interaction_is_findable_no_more AFTER DELETE ON interaction WHEN OLD.summary <> ''
BEGIN
  DELETE FROM fact_fts WHERE rowid = OLD.id * 4 + 3;
  DELETE FROM fact_to_index WHERE entry = OLD.id * 4 + 3;
END;

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

-- vector: int8, scaled to its largest number, which does not change the cosine; sqlite-vec measures
-- it.
-- model_id has no foreign key: without an index for it, an old model's vectors go in batches.
CREATE TABLE message_vec (
  message_id INTEGER NOT NULL REFERENCES message(id) ON DELETE CASCADE,
  model_id INTEGER NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (message_id, model_id)
) STRICT, WITHOUT ROWID;

-- What late interaction compares: a code for each token of a message, in the format of
-- embeddings/token_codes.py. The codes come and go with the vector.
-- With a rowid, because rows of a table without one spill over past 1,002 bytes.
CREATE TABLE message_tokens (
  message_id INTEGER NOT NULL,
  model_id INTEGER NOT NULL,
  codes BLOB NOT NULL,
  PRIMARY KEY (message_id, model_id)
) STRICT;
CREATE TRIGGER vector_takes_its_tokens_along AFTER DELETE ON message_vec
BEGIN
  DELETE FROM message_tokens WHERE message_id = OLD.message_id AND model_id = OLD.model_id;
END;

-- The vectors of 4,096 message ids in short form, for speed; store/index/vector_blocks.py has the
-- format. NULL until they are packed anew; a new version tells a server to read its copy again.
CREATE TABLE vector_block (
  model_id INTEGER NOT NULL REFERENCES embedding_model(id) ON DELETE CASCADE,
  block INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  packed BLOB,
  PRIMARY KEY (model_id, block)
) STRICT;
CREATE TRIGGER vector_added AFTER INSERT ON message_vec
BEGIN
  INSERT INTO vector_block(model_id, block) SELECT NEW.model_id, NEW.message_id >> 12
  WHERE NOT EXISTS (SELECT 1 FROM vector_block
    WHERE model_id = NEW.model_id AND block = NEW.message_id >> 12);
  UPDATE vector_block SET version = version + 1, packed = NULL
  WHERE model_id = NEW.model_id AND block = NEW.message_id >> 12;
END;
CREATE TRIGGER vector_removed AFTER DELETE ON message_vec
BEGIN
  UPDATE vector_block SET version = version + 1, packed = NULL
  WHERE model_id = OLD.model_id AND block = OLD.message_id >> 12;
END;

-- Messages without a vector from a model. Triggers keep it in step with the messages, so that a
-- message that is changed, hidden or removed keeps no vector of its old words.
CREATE TABLE embed_queue (
  model_id INTEGER NOT NULL REFERENCES embedding_model(id) ON DELETE CASCADE,
  message_id INTEGER NOT NULL,
  PRIMARY KEY (model_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER message_waits_for_meaning AFTER INSERT ON message
WHEN NOT NEW.bulk AND NOT NEW.hidden
BEGIN
  INSERT INTO embed_queue(model_id, message_id)
  SELECT id, NEW.id FROM embedding_model WHERE state <> 'retired';
END;
CREATE TRIGGER message_changes_its_meaning AFTER UPDATE ON message
WHEN (OLD.content_sha256, OLD.conversation_id, OLD.source_id, OLD.sender_id, OLD.bulk, OLD.hidden)
  IS NOT (NEW.content_sha256, NEW.conversation_id, NEW.source_id, NEW.sender_id, NEW.bulk, NEW.hidden)
BEGIN
  DELETE FROM message_vec WHERE message_id = NEW.id;
  DELETE FROM embed_queue
  WHERE message_id = NEW.id AND model_id IN (SELECT id FROM embedding_model);
  INSERT INTO embed_queue(model_id, message_id)
  SELECT id, NEW.id FROM embedding_model
  WHERE state <> 'retired' AND NOT NEW.bulk AND NOT NEW.hidden;
END;
CREATE TRIGGER message_takes_its_meaning_along AFTER DELETE ON message
BEGIN
  DELETE FROM embed_queue
  WHERE message_id = OLD.id AND model_id IN (SELECT id FROM embedding_model);
END;
