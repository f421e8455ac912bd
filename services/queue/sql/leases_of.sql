-- What $1 holds in the lanes $2, $3, from the beginning of each up to the first ready position beyond its hint $4: what is
-- leased stands before that. Those claimed first come first;
-- what a draft holds while it waits is left out.
WITH lane AS MATERIALIZED (
    SELECT queue, lane, hint FROM unnest($2::integer[], $3::integer[], $4::bigint[]) AS lane (queue, lane, hint)
), stretch AS MATERIALIZED (
    SELECT lane.queue, lane.lane, coalesce(ready.position, 9223372036854775807) AS ends
    FROM lane
    LEFT JOIN LATERAL (
        SELECT position FROM switchboard.dispatch
        WHERE dispatch.queue = lane.queue AND dispatch.lane = lane.lane AND dispatch.position > lane.hint
          AND dispatch.token = 0
        ORDER BY dispatch.position
        LIMIT 1
    ) AS ready ON true
), held AS MATERIALIZED (
    SELECT lease.* FROM stretch
    CROSS JOIN LATERAL (
        SELECT id, shard, queue, lane, position, token, attempts, claim_time, lease_until FROM switchboard.dispatch
        WHERE dispatch.queue = stretch.queue AND dispatch.lane = stretch.lane AND dispatch.position < stretch.ends
          AND dispatch.token <> 0 AND dispatch.worker = $1::text
        OFFSET 0
    ) AS lease
)
SELECT held.id, held.queue, held.lane, held.position, held.token, held.attempts, held.claim_time, held.lease_until,
       inquiry.channel, inquiry.first_response_due
FROM held
JOIN switchboard.inquiry ON inquiry.id = ANY (ARRAY[held.id]) AND inquiry.shard = held.shard
WHERE NOT EXISTS (SELECT 1 FROM switchboard.reply_draft
                  WHERE reply_draft.inquiry = held.id AND reply_draft.shard = held.shard
                    AND reply_draft.token = held.token AND reply_draft.state = 1)
ORDER BY held.claim_time, held.position
