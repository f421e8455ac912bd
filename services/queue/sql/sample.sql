SELECT queue, lane, sum(ready), sum(leased), sum(delayed), sum(dead), min(oldest)
FROM (
    SELECT queue, lane, count(*) FILTER (WHERE token = 0) AS ready, count(*) FILTER (WHERE token <> 0) AS leased,
           0 AS delayed, 0 AS dead, min(position) FILTER (WHERE token = 0) AS oldest
    FROM switchboard.dispatch GROUP BY queue, lane
    UNION ALL
    SELECT queue, lane, 0, 0, count(*), 0, NULL FROM switchboard.delayed GROUP BY queue, lane
    UNION ALL
    SELECT queue, lane, 0, 0, 0, count(*), NULL FROM switchboard.dead_letter GROUP BY queue, lane
) AS part
GROUP BY queue, lane
ORDER BY queue, lane
