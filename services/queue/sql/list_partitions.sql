-- The partitions by name, with the bounds of their ids.
SELECT substr(relname, length('inquiry_') + 1), bounds[1]::bigint AS first_id, bounds[2]::bigint AS end_id
FROM (SELECT child.relname,
             regexp_match(pg_get_expr(child.relpartbound, child.oid),
                          'FROM \(''?(\d+)''?\) TO \(''?(\d+)''?\)') AS bounds
      FROM pg_inherits
      JOIN pg_class AS child ON child.oid = pg_inherits.inhrelid
      WHERE pg_inherits.inhparent = 'switchboard.inquiry'::regclass AND child.relname <> 'inquiry_default') AS part
ORDER BY end_id
