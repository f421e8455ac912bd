SELECT id, seq, channel, visibility, text FROM switchboard.outbound
WHERE channel = $1::smallint
ORDER BY seq
LIMIT $2::integer
