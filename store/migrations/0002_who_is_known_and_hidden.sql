-- Known is whom the owner turned to, and hidden is the person and not only their accounts.

-- The checks of the server that received a mail say that it is not from the address it names.
ALTER TABLE message ADD COLUMN unverified INTEGER NOT NULL DEFAULT 0 CHECK (unverified IN (0, 1));
-- What is left of the text for assistants where it repeats words of somebody whose words are kept
-- from them; NULL where it repeats none. Worked out by store/sharing/repeated_words.py.
ALTER TABLE message ADD COLUMN left_text TEXT;
-- The same for the names of its files: without the contact cards of people who are hidden.
ALTER TABLE message ADD COLUMN left_attachments TEXT;

-- Whose invitation a meeting was, if the calendar tells.
ALTER TABLE interaction ADD COLUMN organizer_id INTEGER REFERENCES identity(id) ON DELETE SET NULL;
CREATE INDEX interaction_organizer ON interaction(organizer_id) WHERE organizer_id IS NOT NULL;
-- This participant said yes; only of the owner's own answer anything follows.
ALTER TABLE interaction_participant
  ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1));

-- Worked out by store/sharing/known_senders.py. Contacts whom the owner never turned to: to an
-- assistant they are nobody. Conversations with a title that a known person wrote or shares.
CREATE TABLE unknown_contact (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE known_title (id INTEGER PRIMARY KEY) STRICT;

-- Accounts that may be those of somebody who is kept from assistants (contact_id), and are kept
-- from them as well until the owner says whose they are: store/identity/lookalikes.py.
CREATE TABLE held_back (
  identity_id INTEGER NOT NULL REFERENCES identity(id) ON DELETE CASCADE,
  contact_id INTEGER NOT NULL REFERENCES contact(id) ON DELETE CASCADE,
  reason TEXT NOT NULL,
  PRIMARY KEY (identity_id, contact_id)
) STRICT, WITHOUT ROWID;

-- A mail is indexed and encoded anew when what assistants see of it has changed.
CREATE TRIGGER message_is_left_in_part AFTER UPDATE OF left_text ON message
WHEN OLD.left_text IS NOT NEW.left_text
BEGIN
  DELETE FROM message_vec WHERE message_id = NEW.id;
  DELETE FROM embed_queue
  WHERE message_id = NEW.id AND model_id IN (SELECT id FROM embedding_model);
  INSERT INTO embed_queue(model_id, message_id)
  SELECT id, NEW.id FROM embedding_model
  WHERE state <> 'retired' AND NOT NEW.bulk AND NOT NEW.hidden;
END;

-- Who is known and who is hidden is worked out anew by the first program that opens this memory
-- for writing. Until then nobody is known.
CREATE TABLE to_work_out (what TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO to_work_out(what) VALUES ('visibility');
DELETE FROM known_sender;
