INSERT INTO switchboard.topic_mix (day, topic, inquiries)
SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date, topic, inquiries
FROM unnest($1::text[], $2::bigint[]) AS counted (topic, inquiries)
ORDER BY topic
ON CONFLICT (day, topic) DO UPDATE SET inquiries = topic_mix.inquiries + excluded.inquiries
