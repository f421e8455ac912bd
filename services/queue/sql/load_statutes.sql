-- The STATUTE_APPLIED events of what has a topic with a statute as it is stored.
COPY switchboard.event (id, seq, tenant, queue, lane, shard, kind, attempts, topic, reason) FROM STDIN (FORMAT binary)
