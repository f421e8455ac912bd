-- Every model that was trained and not yet forgotten, whether it was ever in force or not. The bytes are read only where
-- a statement asks for them.
CREATE TABLE switchboard.model (
  version               bigint      PRIMARY KEY CHECK (version > 0),
  configuration_version bigint      NOT NULL,
  configuration_sha256  text        NOT NULL,
  data_hash             text        NOT NULL,
  seed                  bigint      NOT NULL,
  evaluation            bytea       NOT NULL,
  model                 bytea       NOT NULL,
  trained_at            timestamptz NOT NULL,
  trained_by            text        NOT NULL
);

INSERT INTO switchboard.model
SELECT c.version, c.version, c.sha256, '', 1, '', m.model, c.applied_at, c.applied_by
FROM switchboard.configuration c JOIN switchboard.configuration_model m USING (version);

-- Putting another model in force is a new version of the configuration with the same text.
ALTER TABLE switchboard.configuration ADD COLUMN model bigint NOT NULL DEFAULT 0;
UPDATE switchboard.configuration SET model = version WHERE version IN (SELECT version FROM switchboard.model);

DROP TABLE switchboard.configuration_model;

-- Trainings, for whoever asks how far one is, in whatever process it runs.
CREATE TABLE switchboard.training (
  id         text             PRIMARY KEY,
  state      smallint         NOT NULL CHECK (state BETWEEN 1 AND 3),  -- 1 running, 2 done, 3 failed
  progress   double precision NOT NULL CHECK (progress BETWEEN 0 AND 1),
  model      bigint           NOT NULL,
  error      text             NOT NULL,
  started_by text             NOT NULL,
  started_at timestamptz      NOT NULL,
  updated_at timestamptz      NOT NULL
);

CREATE UNIQUE INDEX training_one_at_a_time ON switchboard.training ((true)) WHERE state = 1;
