-- Whether somebody has answered an open inquiry, by a reply or by settling it: so that the first response is counted once,
-- whoever gives it, without a look into the history.

ALTER TABLE switchboard.dispatch ADD COLUMN answered boolean NOT NULL DEFAULT false;
ALTER TABLE switchboard.delayed ADD COLUMN answered boolean NOT NULL DEFAULT false;
ALTER TABLE switchboard.dead_letter ADD COLUMN answered boolean NOT NULL DEFAULT false;
