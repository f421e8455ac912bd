-- `= ANY (ARRAY[…])`: see claim.sql.
UPDATE switchboard.dispatch
SET lease_until = wanted.lease_until
FROM unnest($1::bigint[], $2::integer[], $3::integer[], $4::bigint[], $5::bigint[], $6::timestamptz[])
     WITH ORDINALITY AS wanted (id, queue, lane, position, token, lease_until, ordinal)
WHERE dispatch.queue = ANY (ARRAY[wanted.queue]) AND dispatch.lane = wanted.lane AND dispatch.position = wanted.position
  AND dispatch.shard = (wanted.id & 63)::smallint AND dispatch.id = wanted.id
  AND dispatch.token = wanted.token AND dispatch.token <> 0
RETURNING wanted.ordinal
