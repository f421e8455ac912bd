-- Whatever is done to one inquiry by its id is done one after the other.
SELECT id FROM switchboard.inquiry
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
FOR UPDATE
