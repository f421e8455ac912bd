-- What became of a message that was sent before: the same one ($2), or one with the same request id ($3).
SELECT message.seq, message.content_hash, event.queue, event.lane, event.position
FROM switchboard.message
LEFT JOIN switchboard.event ON event.id = message.id AND event.shard = message.shard AND event.kind = 14
                           AND event.position = $4::bigint
WHERE message.id = $1::bigint AND message.shard = ($1::bigint & 63)::smallint
  AND (message.seq = $2::bigint OR message.request_id = $3::uuid)
ORDER BY message.seq = $2::bigint DESC
LIMIT 1
