INSERT INTO switchboard.cited_answer (answer)
SELECT answer FROM unnest($1::text[]) AS given (answer) ORDER BY answer
ON CONFLICT DO NOTHING
