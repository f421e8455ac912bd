INSERT INTO switchboard.correction (inquiry, seq, sorted_as, topic, text)
VALUES ($1::bigint, $2::bigint, $3::text, $4::text, $5::text)
ON CONFLICT (inquiry) DO UPDATE
SET seq = excluded.seq, topic = excluded.topic, text = excluded.text, state = 1, reviewed_by = ''
WHERE correction.seq < excluded.seq
