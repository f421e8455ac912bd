-- Notes who let a draft out. No row: its lease is lost. Gives the number of the event, behind which that of the reply must
-- stand.
INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, reason, attempts)
SELECT id, shard, greatest($6::bigint, $5::bigint + 1, $4::bigint + 3), tenant, 22, queue, lane, $5::bigint, $7::text,
       $8::text, attempts
FROM switchboard.dispatch
WHERE queue = $2::integer AND lane = $3::integer AND position = $4::bigint
  AND shard = ($1::bigint & 63)::smallint AND id = $1::bigint AND token = $5::bigint AND token <> 0
RETURNING seq
