-- The guidelines for replies are applied together with the configuration: one version says what is in force.
ALTER TABLE switchboard.configuration
  ADD COLUMN guidelines           text NOT NULL DEFAULT '',
  ADD COLUMN guidelines_file_name text NOT NULL DEFAULT '';
