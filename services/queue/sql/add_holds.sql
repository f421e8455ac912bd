INSERT INTO switchboard.worker_hold (worker, queue, lane, position, shard)
SELECT unnest($1::text[]), unnest($2::integer[]), unnest($3::integer[]), unnest($4::bigint[]),
       (unnest($5::bigint[]) & 63)::smallint
