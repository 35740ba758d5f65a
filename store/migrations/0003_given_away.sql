-- What of a message the talk around it gives away, which never leaves: JSON [[start, end, kind], …]
-- over its subject, text and names of files, one below the other; '' for nothing. Worked out by
-- store/index/talk_gives_away.py whenever messages are indexed, never written by hand.
ALTER TABLE message ADD COLUMN given_away TEXT NOT NULL DEFAULT '';

-- No vector holds what is given away: it is made anew without that.
CREATE TRIGGER message_gives_away_something_else AFTER UPDATE OF given_away ON message
WHEN OLD.given_away <> NEW.given_away
BEGIN
  DELETE FROM message_vec WHERE message_id = NEW.id;
  DELETE FROM embed_queue
  WHERE message_id = NEW.id AND model_id IN (SELECT id FROM embedding_model);
  INSERT INTO embed_queue(model_id, message_id)
  SELECT id, NEW.id FROM embedding_model
  WHERE state <> 'retired' AND NOT NEW.bulk AND NOT NEW.hidden;
END;

-- A promise kept as a follow-up has the words of its message.
CREATE TRIGGER message_gives_away_what_was_promised AFTER UPDATE OF given_away ON message
WHEN OLD.given_away <> NEW.given_away
BEGIN
  INSERT OR IGNORE INTO fact_to_index(entry)
  SELECT id * 4 + 1 FROM follow_up WHERE message_id = NEW.id;
END;
