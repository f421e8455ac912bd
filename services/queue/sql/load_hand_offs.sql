-- The CLAIMED events of what is handed over as it is stored.
COPY switchboard.event (id, seq, token, position, tenant, queue, lane, shard, kind, attempts, worker)
FROM STDIN (FORMAT binary)
