-- The newest, in an order that is always the same.
SELECT topic, text
FROM (SELECT inquiry, topic, text FROM switchboard.correction WHERE state = 2 AND text <> '' ORDER BY inquiry DESC LIMIT $1::bigint) newest
ORDER BY inquiry
