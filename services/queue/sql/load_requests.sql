-- First of what stores a batch of new inquiries (load_*.sql, in one transaction), so that a repeated request id fails
-- before anything else is written; the caller looks up which it was.
COPY switchboard.request (request_id, id, content_hash, expires, tenant, shard) FROM STDIN (FORMAT binary)
