-- Drops messages that were delivered or given up before $1, at most $2.
WITH old AS (
    SELECT channel, seq, shard FROM switchboard.outbound
    WHERE gone AND due_at < $1::timestamptz
    ORDER BY due_at
    LIMIT $2::integer
    FOR UPDATE SKIP LOCKED
)
DELETE FROM switchboard.outbound USING old
WHERE outbound.channel = old.channel AND outbound.seq = old.seq AND outbound.shard = old.shard
