INSERT INTO switchboard.model (version, configuration_version, configuration_sha256, data_hash, seed, evaluation, model,
                               trained_at, trained_by)
SELECT (SELECT coalesce(max(version), 0) + 1 FROM switchboard.model), c.version, c.sha256, $2::text, $3::bigint,
       $4::bytea, $5::bytea, clock_timestamp(), $6::text
FROM switchboard.configuration c
WHERE c.version = $1::bigint
RETURNING version
