SELECT count(*) FROM switchboard.dead_letter
WHERE CASE WHEN $1::integer IS NULL THEN id = ANY ($2::bigint[]) ELSE queue = $1::integer END
