-- Which budget an answer counts in: that of all assistants together, or that of scripts that run the
-- command without the owner's terminal. What a client calls itself says nothing about it.
ALTER TABLE disclosure ADD COLUMN asked_by TEXT NOT NULL DEFAULT 'assistant'
  CHECK (asked_by IN ('assistant', 'script'));
