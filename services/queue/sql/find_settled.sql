-- How leases that do not exist were settled: with the same token, the same way before?
SELECT wanted.ordinal, bool_or(event.kind = 14) AS reopened
FROM unnest($1::bigint[], $2::bigint[], $3::smallint[]) WITH ORDINALITY AS wanted (id, token, kind, ordinal)
JOIN switchboard.event ON event.id = ANY (ARRAY[wanted.id])
                      AND event.shard = (wanted.id & 63) AND event.token = wanted.token
WHERE wanted.token <> 0
GROUP BY wanted.ordinal, wanted.kind
HAVING bool_or(event.kind = wanted.kind)
