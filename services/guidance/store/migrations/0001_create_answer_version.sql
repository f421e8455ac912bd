CREATE SCHEMA IF NOT EXISTS switchboard;

-- What each version of an answer says. Insert-only and small: no shard.
CREATE TABLE switchboard.answer_version (
  id      text    NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  content text    NOT NULL,
  kept_at timestamptz NOT NULL,
  PRIMARY KEY (id, version)
);
