-- Today and yesterday against the 28 days before.
SELECT topic, day > today - 2 AS is_recent, sum(inquiries)::bigint
FROM switchboard.topic_mix CROSS JOIN (SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date AS today) now
WHERE day > today - 30
GROUP BY topic, is_recent
