COPY switchboard.overflow (due_at, id, position, queue, lane, target_queue, shard) FROM STDIN (FORMAT binary)
