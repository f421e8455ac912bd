SELECT create_time, queue, topic FROM switchboard.inquiry
WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
