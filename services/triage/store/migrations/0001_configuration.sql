CREATE SCHEMA IF NOT EXISTS switchboard;

-- Every configuration that was ever applied; the highest version is in force. Small: no shard.
CREATE TABLE switchboard.configuration (
  version    bigint      PRIMARY KEY CHECK (version > 0),
  yaml       text        NOT NULL CHECK (yaml <> ''),
  file_name  text        NOT NULL,
  sha256     text        NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  applied_at timestamptz NOT NULL,
  applied_by text        NOT NULL
);

-- What training made of a version. Separate, so that reading a configuration does not carry megabytes along, and so that
-- models of old versions can be dropped while the record of what was applied stays.
CREATE TABLE switchboard.configuration_model (
  version bigint PRIMARY KEY CHECK (version > 0),
  model   bytea  NOT NULL
);
