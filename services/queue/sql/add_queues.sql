-- Run after lock_queues: numbers are given one after the other.
INSERT INTO switchboard.queue (number, name)
SELECT (SELECT coalesce(max(number), 0) FROM switchboard.queue) + row_number() OVER (ORDER BY ordinal), name
FROM (SELECT name, min(ordinal) AS ordinal FROM unnest($1::text[]) WITH ORDINALITY AS asked (name, ordinal)
      GROUP BY name) AS fresh
WHERE NOT EXISTS (SELECT 1 FROM switchboard.queue WHERE queue.name = fresh.name)
