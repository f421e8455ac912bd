-- Waits for other claims for these workers, in the order of their names. A statement of its own: what is counted
-- afterwards has to see what those claims did.
INSERT INTO switchboard.limited_worker (worker)
SELECT worker FROM unnest($1::text[]) AS wanted (worker) ORDER BY worker
ON CONFLICT (worker) DO UPDATE SET worker = excluded.worker
