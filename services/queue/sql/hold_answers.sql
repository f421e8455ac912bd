-- Whether each is recalled; until the commit nobody can recall one.
SELECT answer, recalled_at IS NOT NULL FROM switchboard.cited_answer
WHERE answer = ANY ($1::text[])
ORDER BY answer
FOR KEY SHARE
