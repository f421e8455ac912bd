-- No row comes back where another version was applied since $1.
WITH applied AS (
  INSERT INTO switchboard.configuration (version, yaml, file_name, sha256, applied_at, applied_by)
  SELECT $1::bigint + 1, $2::text, $3::text, encode(sha256(convert_to($2::text, 'UTF8')), 'hex'), clock_timestamp(),
         $4::text
  WHERE $1::bigint = (SELECT coalesce(max(version), 0) FROM switchboard.configuration)
  RETURNING version
), model AS (
  INSERT INTO switchboard.configuration_model (version, model)
  SELECT version, $5::bytea FROM applied
), forgotten AS (
  DELETE FROM switchboard.configuration_model WHERE version < $1::bigint - 9
)
SELECT version FROM applied
