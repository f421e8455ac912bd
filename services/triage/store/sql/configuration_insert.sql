-- No row comes back where another version was applied since $1. $6 names a model that is there already; 0 stores $5 as a
-- new one.
WITH trained AS (
  INSERT INTO switchboard.model (version, configuration_version, configuration_sha256, data_hash, seed, evaluation,
                                 model, trained_at, trained_by)
  SELECT (SELECT coalesce(max(version), 0) + 1 FROM switchboard.model), $1::bigint + 1,
         encode(sha256(convert_to($2::text, 'UTF8')), 'hex'), $7::text, $8::bigint, $9::bytea, $5::bytea,
         clock_timestamp(), $4::text
  WHERE $6::bigint = 0 AND $1::bigint = (SELECT coalesce(max(version), 0) FROM switchboard.configuration)
  RETURNING version
), applied AS (
  INSERT INTO switchboard.configuration (version, yaml, file_name, sha256, applied_at, applied_by, model,
                                         guidelines, guidelines_file_name, answers, answers_file_name)
  SELECT $1::bigint + 1, $2::text, $3::text, encode(sha256(convert_to($2::text, 'UTF8')), 'hex'), clock_timestamp(),
         $4::text, coalesce((SELECT version FROM trained), $6::bigint), $10::text, $11::text,
         $12::text, $13::text
  WHERE $1::bigint = (SELECT coalesce(max(version), 0) FROM switchboard.configuration)
  RETURNING version
)
SELECT version FROM applied
