-- Does a statutory clock run for any inquiry with an id from $1 up to, not including, $2? One does for every topic that got a
-- statute (29) until an outcome (28), whose reason begins with the topic: see clocks.h.
SELECT EXISTS (
    SELECT 1 FROM switchboard.event AS applied
    WHERE applied.kind = 29 AND applied.id >= $1::bigint AND applied.id < $2::bigint
      AND NOT EXISTS (SELECT 1 FROM switchboard.event AS outcome
                      WHERE outcome.kind = 28 AND outcome.id = applied.id
                        AND outcome.shard = applied.shard AND split_part(outcome.reason, ' ', 1) = applied.topic))
