COPY switchboard.dispatch (position, id, tenant, queue, lane, shard) FROM STDIN (FORMAT binary)
