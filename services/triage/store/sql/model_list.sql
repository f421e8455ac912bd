-- $1: one version, or 0 for all.
SELECT m.version, m.configuration_version, m.configuration_sha256, m.data_hash, m.seed, m.evaluation,
       octet_length(m.model), m.trained_at, m.trained_by,
       m.version = (SELECT model FROM switchboard.configuration ORDER BY version DESC LIMIT 1)
FROM switchboard.model m
WHERE $1::bigint IN (0, m.version)
ORDER BY m.version DESC
