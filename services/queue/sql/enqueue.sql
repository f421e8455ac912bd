-- Stores a batch of new inquiries. Deliberately without ON CONFLICT: a repeated request id or inquiry id fails the
-- whole statement, and the caller looks up which it was. The $23 first inquiries wait; the others are leased at once
-- ($24 …). Times come as microseconds since 1970: adding them up costs a tenth of reading them as texts.
WITH stored AS (
    INSERT INTO switchboard.inquiry (
        id, shard, position, create_time, first_response_due, tenant, queue, lane, confidence, runner_up_confidence,
        channel, visibility, topic_method, unsure, topic, runner_up, language, area, route, external_id, author,
        urgency_signals, text)
    SELECT unnest($1::bigint[]), (unnest($1::bigint[]) & 63)::smallint, unnest($2::bigint[]),
           timestamptz 'epoch' + unnest($3::bigint[]) * interval '1 microsecond',
           timestamptz 'epoch' + unnest($4::bigint[]) * interval '1 microsecond', unnest($5::integer[]),
           unnest($6::integer[]), unnest($7::integer[]), unnest($8::real[]), unnest($9::real[]), unnest($10::smallint[]),
           unnest($11::smallint[]), unnest($12::smallint[]), unnest($13::boolean[]), unnest($14::text[]),
           unnest($15::text[]), unnest($16::text[]), unnest($17::text[]), unnest($18::text[]), unnest($19::text[]),
           unnest($20::text[]), unnest($21::text[]), unnest($22::text[])
), waiting AS (
    INSERT INTO switchboard.dispatch (id, shard, position, tenant, queue, lane)
    SELECT unnest(($1::bigint[])[:$23::integer]), (unnest(($1::bigint[])[:$23::integer]) & 63)::smallint,
           unnest(($2::bigint[])[:$23::integer]), unnest(($5::integer[])[:$23::integer]),
           unnest(($6::integer[])[:$23::integer]), unnest(($7::integer[])[:$23::integer])
), leased AS (
    INSERT INTO switchboard.dispatch (
        id, shard, position, tenant, queue, lane, attempts, claim_time, token, lease_until, worker)
    SELECT unnest(($1::bigint[])[$23::integer + 1:]), (unnest(($1::bigint[])[$23::integer + 1:]) & 63)::smallint,
           unnest(($2::bigint[])[$23::integer + 1:]), unnest(($5::integer[])[$23::integer + 1:]),
           unnest(($6::integer[])[$23::integer + 1:]), unnest(($7::integer[])[$23::integer + 1:]), 1,
           timestamptz 'epoch' + unnest(($3::bigint[])[$23::integer + 1:]) * interval '1 microsecond',
           unnest($24::bigint[]), timestamptz 'epoch' + unnest($25::bigint[]) * interval '1 microsecond',
           unnest($26::text[])
    RETURNING id, shard, position, tenant, queue, lane, token, worker
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, position, token, worker, attempts)
    SELECT id, shard, greatest(token, position + 2), tenant, 2, queue, lane, position, token, worker, 1 FROM leased
), remembered AS (
    INSERT INTO switchboard.request (id, shard, tenant, request_id, content_hash, expires)
    SELECT unnest($28::bigint[]), (unnest($28::bigint[]) & 63)::smallint, unnest($29::integer[]),
           unnest($30::uuid[]), unnest($31::bigint[]), timestamptz 'epoch' + unnest($32::bigint[]) * interval '1 microsecond'
), planned AS (
    INSERT INTO switchboard.overflow (id, shard, due_at, queue, lane, position, target_queue)
    SELECT unnest($33::bigint[]), (unnest($33::bigint[]) & 63)::smallint, unnest($34::timestamptz[]),
           unnest($35::integer[]), unnest($36::integer[]), unnest($37::bigint[]), unnest($38::integer[])
)
INSERT INTO switchboard.tally (seq, queue, received, unsure)
SELECT $27::bigint, unnest($39::integer[]), unnest($40::integer[]), unnest($41::integer[])
