-- Which budget an answer counts in: that of all assistants together, or that of scripts that run the
-- command without the owner's terminal. What a client calls itself says nothing about it.
ALTER TABLE disclosure ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'assistant'
  CHECK (asked_by IN ('assistant', 'script'));

-- What imports that were taken back before this have left: names of contacts that nobody's account
-- bears any more, names of files, and words of deleted facts that the index only marked as gone.
UPDATE contact SET display_name = '', given_name = '', family_name = '', pronouns = ''
WHERE merged_into_id IS NOT NULL AND NOT is_owner AND display_name <> ''
AND (merged_into_id = id OR (display_name NOT IN (SELECT name FROM identity)
  AND display_name NOT IN (SELECT key FROM identity WHERE kind = 'label')
  AND display_name NOT IN (SELECT name FROM contact_name)));
DELETE FROM import_omission WHERE import_run_id IN (SELECT id FROM import_run WHERE state = 'undone');
UPDATE import_run SET file_name = '', file_sha256 = '' WHERE state = 'undone';
INSERT INTO fact_fts(fact_fts) VALUES ('optimize');
