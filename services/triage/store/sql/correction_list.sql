-- $1: one state, or 0 for all.
SELECT inquiry, seq, sorted_as, topic, text, state, reviewed_by
FROM switchboard.correction
WHERE $1::smallint IN (0, state) AND inquiry < $2::bigint
ORDER BY inquiry DESC
LIMIT $3::bigint
