CREATE TABLE IF NOT EXISTS switchboard.schema_migration (
  room       text        NOT NULL,
  number     integer     NOT NULL,
  name       text        NOT NULL,
  checksum   text        NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (room, number)
)
