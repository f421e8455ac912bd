-- Gives the author of a draft the inquiry back, under a new lease. No row: the draft's own is lost. Gives its token.
WITH returned AS (
    UPDATE switchboard.dispatch
    SET token = greatest($6::bigint, $5::bigint + 1), claim_time = $7::timestamptz, lease_until = $8::timestamptz
    WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
      AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = $5::bigint AND token <> 0
    RETURNING id, shard, tenant, queue, lane, position, token, attempts
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
    SELECT id, shard, greatest(token, position + 3), tenant, 23, queue, lane, $5::bigint, nullif($9::text, ''),
           $10::text, attempts
    FROM returned
)
SELECT token FROM returned
