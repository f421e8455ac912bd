-- Corrects the reply $3 that cites $2, citing $14: on its own leg, wherever the inquiry stands. No row: it was corrected
-- before, or its inquiry is gone.
WITH standing AS MATERIALIZED (
    SELECT id, shard, tenant, channel, queue_now, lane_now, attempts FROM switchboard.inquiry_now
    WHERE id = $1::bigint AND shard = ($1::bigint & 63)::smallint
), cited AS (
    UPDATE switchboard.answer_use SET correction = $4::bigint FROM standing
    WHERE answer_use.answer = $2::text AND answer_use.seq = $3::bigint AND answer_use.shard = standing.shard
      AND answer_use.id = standing.id AND answer_use.correction IS NULL
    RETURNING answer_use.id, answer_use.visibility
), written AS (
    INSERT INTO switchboard.message (id, shard, seq, tenant, content_hash, create_time, request_id, author, visibility,
                                     text, worker, guidelines, rules, answers, corrects)
    SELECT standing.id, shard, $4::bigint, tenant, 0, $6::timestamptz, $7::uuid, $8::smallint, cited.visibility, $9::text,
           $10::text, $11::text, $12::text, $14::text, $2::text
    FROM standing JOIN cited USING (id)
), cites AS (
    INSERT INTO switchboard.answer_use (answer, seq, id, tenant, shard, visibility)
    SELECT answer, $4::bigint, standing.id, tenant, shard, cited.visibility
    FROM standing JOIN cited USING (id), unnest(string_to_array(nullif($14::text, ''), ',')) AS used (answer)
), handed_over AS (
    INSERT INTO switchboard.outbound (seq, id, tenant, shard, channel, visibility, text, address)
    SELECT $4::bigint, standing.id, standing.tenant, standing.shard, coalesce(private_leg.channel, standing.channel),
           cited.visibility, $9::text, coalesce(private_leg.address, '')
    FROM standing
    JOIN cited USING (id)
    LEFT JOIN switchboard.private_leg ON private_leg.id = standing.id AND private_leg.shard = standing.shard
                                     AND cited.visibility = 2
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, worker, reason, attempts)
    SELECT standing.id, shard, greatest($5::bigint, (
               SELECT max(seq) + 1 FROM switchboard.event WHERE event.id = standing.id AND event.shard = standing.shard)),
           tenant, 26, queue_now, lane_now, $10::text, $13::text, attempts
    FROM standing JOIN cited USING (id)
)
SELECT id FROM standing JOIN cited USING (id)
