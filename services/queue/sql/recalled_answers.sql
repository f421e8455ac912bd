SELECT answer FROM switchboard.cited_answer WHERE recalled_at IS NOT NULL ORDER BY answer
