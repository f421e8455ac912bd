-- Walks a stretch of the table: pages $3 up to, not including, $4. Rows of one age stand together, so most stretches have
-- much to forget or nothing.
WITH forgotten AS (
    DELETE FROM switchboard.request
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM switchboard.request
                            WHERE ctid >= format('(%s,0)', $3::bigint)::tid AND ctid < format('(%s,0)', $4::bigint)::tid
                              AND expires <= $1::timestamptz
                            LIMIT $2::integer))
    RETURNING 1
)
SELECT (SELECT count(*) FROM forgotten) AS forgotten,
       pg_relation_size('switchboard.request') / current_setting('block_size')::bigint AS pages
