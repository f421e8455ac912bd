-- Who holds a lease. No row: nobody does with this token.
SELECT worker FROM switchboard.dispatch
WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
  AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = $5::bigint AND token <> 0
