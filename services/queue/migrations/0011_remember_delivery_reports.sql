-- What a connector reported last of a message: a report that is repeated is told from one that says something else. Null
-- in what was reported before: whatever is repeated of that counts as the same.
--   said  1 delivered, 2 a temporary, 3 a permanent, 4 a technical failure
ALTER TABLE switchboard.outbound ADD COLUMN said smallint;
