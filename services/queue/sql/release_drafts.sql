-- Gives back what the reviewer $1 was handed: the draft $3 of the inquiry $2 under the token $4, or all (NULL). $5: a fresh
-- position, $6: now.
WITH released AS (
    UPDATE switchboard.reply_draft SET review_token = 0, reviewer = '', review_until = NULL
    WHERE state = 1 AND deadline > '-infinity' AND reviewer = $1::text AND review_until > $6::timestamptz
      AND ($2::bigint IS NULL OR (inquiry = $2::bigint AND id = $3::bigint AND review_token = $4::bigint))
    RETURNING id, inquiry, shard, tenant, queue, lane, position, token, attempts
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, attempts)
    SELECT inquiry, shard, greatest($5::bigint, token + 1, position + 3), tenant, 33, queue, lane, token, $1::text,
           attempts
    FROM released
    ON CONFLICT DO NOTHING
)
SELECT inquiry, id FROM released ORDER BY id
