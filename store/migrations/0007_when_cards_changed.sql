-- When a card was as it is known, in UTC seconds, where its export says so: an older export that is
-- imported later does not undo what a newer one has brought.
ALTER TABLE identity ADD COLUMN changed_at INTEGER;
