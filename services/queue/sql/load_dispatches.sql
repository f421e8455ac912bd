-- What waits, with token 0 and no lease, and what is handed over as it is stored.
COPY switchboard.dispatch (position, id, token, claim_time, lease_until, tenant, queue, lane, shard, attempts, worker)
FROM STDIN (FORMAT binary)
