INSERT INTO switchboard.answer_version (id, version, content, kept_at)
SELECT id, version, content, clock_timestamp() FROM unnest($1::text[], $2::integer[], $3::text[]) AS given (id, version, content)
ORDER BY id, version
ON CONFLICT DO NOTHING
