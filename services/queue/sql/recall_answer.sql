UPDATE switchboard.cited_answer SET recalled_at = $2::timestamptz, recalled_by = $3::text, reason = $4::text
WHERE answer = $1::text AND recalled_at IS NULL
