-- The reply that has this request id.
SELECT seq FROM switchboard.message
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint AND request_id = $2::uuid
