-- Leases the oldest messages of a channel that are due and that nobody holds.
WITH picked AS MATERIALIZED (
    SELECT channel, seq, shard FROM switchboard.outbound
    WHERE channel = $1::smallint AND NOT gone AND due_at <= $2::timestamptz
      AND (token = 0 OR lease_until <= $2::timestamptz)
    ORDER BY seq
    LIMIT $3::integer
    FOR UPDATE SKIP LOCKED
), leased AS (
    UPDATE switchboard.outbound SET token = $4::bigint, lease_until = $5::timestamptz, attempts = attempts + 1
    FROM picked
    WHERE outbound.channel = picked.channel AND outbound.seq = picked.seq AND outbound.shard = picked.shard
    RETURNING outbound.id, outbound.shard, outbound.seq, outbound.visibility, outbound.attempts, outbound.text,
              outbound.address
)
SELECT leased.id, leased.seq, leased.visibility, leased.attempts, leased.text, coalesce(inquiry.author, ''),
       coalesce(inquiry.external_id, ''), leased.address
FROM leased
LEFT JOIN switchboard.inquiry ON inquiry.id = leased.id AND inquiry.shard = leased.shard
