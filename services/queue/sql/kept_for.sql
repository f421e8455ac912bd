-- The workers for whom something is kept. Forgets what was kept until a minute before $1: a claim may still ask for the
-- outcome of its first try.
WITH forgotten AS (
    DELETE FROM switchboard.kept_inquiry WHERE ready_at < $1::timestamptz - interval '1 minute'
)
SELECT DISTINCT worker FROM switchboard.kept_inquiry WHERE ready_at >= $1::timestamptz AND token = 0
