UPDATE switchboard.reply_draft
SET state = $3::smallint, decided_by = $4::text, advice = $5::text, decide_time = $6::timestamptz, token = $7::bigint,
    lease_until = $8::timestamptz
WHERE id = $2::bigint AND inquiry = $1::bigint AND shard = ($1::bigint & 63)::smallint AND state = 1
