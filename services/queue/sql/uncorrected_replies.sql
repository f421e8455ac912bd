-- The replies that cite $1 and were not corrected, oldest first.
SELECT id, seq, visibility FROM switchboard.answer_use
WHERE answer = $1::text AND correction IS NULL AND seq > $2::bigint
ORDER BY seq
LIMIT $3::integer
