-- What waits for the connector of each channel, at most $1 of each, and the oldest of it. Goes from channel to channel along
-- the index of what waits, and looks at nothing that was delivered.
WITH RECURSIVE used (channel) AS (
    (SELECT channel FROM switchboard.outbound WHERE NOT gone ORDER BY channel LIMIT 1)
    UNION ALL
    SELECT (SELECT outbound.channel FROM switchboard.outbound
            WHERE NOT outbound.gone AND outbound.channel > used.channel ORDER BY outbound.channel LIMIT 1)
    FROM used WHERE used.channel IS NOT NULL
)
SELECT used.channel, waiting.count, waiting.oldest
FROM used
CROSS JOIN LATERAL (
    SELECT count(*) AS count, min(seq) AS oldest
    FROM (
        SELECT seq FROM switchboard.outbound
        WHERE outbound.channel = used.channel AND NOT outbound.gone
        ORDER BY seq
        LIMIT $1::integer
    ) AS first
) AS waiting
WHERE used.channel IS NOT NULL AND waiting.count > 0
ORDER BY used.channel
