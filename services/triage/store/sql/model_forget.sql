DELETE FROM switchboard.model
WHERE version <= (SELECT max(version) FROM switchboard.model) - $1::bigint
  AND version <> (SELECT model FROM switchboard.configuration ORDER BY version DESC LIMIT 1)
