-- The first ready position of the lane, and its leases that ended before $4, from its beginning up to the first ready
-- position beyond the hint $3.
WITH ends AS MATERIALIZED (
    SELECT (SELECT position FROM switchboard.dispatch
            WHERE queue = $1::integer AND lane = $2::integer AND position > $3::bigint AND token = 0
            ORDER BY position LIMIT 1) AS ready_beyond,
           (SELECT position FROM switchboard.dispatch
            WHERE queue = $1::integer AND lane = $2::integer AND position <= $3::bigint AND token = 0
            ORDER BY position LIMIT 1) AS ready_below
)
SELECT coalesce(ready_below, ready_beyond) AS position, NULL::bigint AS id, NULL::bigint AS token, 0 AS attempts
FROM ends WHERE coalesce(ready_below, ready_beyond) IS NOT NULL
UNION ALL
(SELECT position, id, token, attempts FROM switchboard.dispatch
 WHERE queue = $1::integer AND lane = $2::integer
   AND position < coalesce((SELECT ready_beyond FROM ends), 9223372036854775807)
   AND token <> 0 AND lease_until <= $4::timestamptz
 ORDER BY position LIMIT $5::integer)
