SELECT id, revision, removed, languages, activity, capacity, authority_level, trained_for, trained_version, trained_until,
       update_time
FROM switchboard.worker
WHERE revision > $1::bigint
ORDER BY revision
