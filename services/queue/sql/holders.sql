SELECT worker, count(*), min(lease_until) FROM switchboard.dispatch
WHERE queue = $1::integer AND token <> 0
GROUP BY worker
ORDER BY count(*) DESC, worker
LIMIT $2::integer
