-- The library of answers is applied together with the configuration: one version says what is in force.
ALTER TABLE switchboard.configuration
  ADD COLUMN answers           text NOT NULL DEFAULT '',
  ADD COLUMN answers_file_name text NOT NULL DEFAULT '';
