SELECT earlier.model
FROM (SELECT version, sha256, model FROM switchboard.configuration ORDER BY version DESC LIMIT 1) now
JOIN switchboard.configuration earlier
  ON earlier.sha256 = now.sha256 AND earlier.version < now.version AND earlier.model <> now.model
JOIN switchboard.model kept ON kept.version = earlier.model
ORDER BY earlier.version DESC
LIMIT 1
