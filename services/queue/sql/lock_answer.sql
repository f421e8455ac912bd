-- Waits for every reply under way that cites it.
SELECT recalled_at IS NOT NULL FROM switchboard.cited_answer WHERE answer = $1::text FOR UPDATE
