-- Keeping this index cost as much as the rest of a row of `request`. What has expired is found by walking the table, see
-- forget_request_ids.sql.
DROP INDEX switchboard.request_expires;
