-- Hands waiting drafts of the queues $2 to the reviewer $1: at most $5, those with the nearest deadlines first, that ask
-- for no more than the level $4 and whose inquiry is in one of the languages $3 (NULL: any). $6: token, $7: now, $8: until
-- when. What an earlier try of this very claim took comes first; what another one is just taking is skipped. Their columns
-- are those of get_draft.sql.
WITH candidate AS MATERIALIZED (
    SELECT reply_draft.id, reply_draft.inquiry, reply_draft.shard, reply_draft.review_token AS earlier_token
    FROM switchboard.reply_draft
    JOIN switchboard.inquiry ON inquiry.id = reply_draft.inquiry AND inquiry.shard = reply_draft.shard
    WHERE reply_draft.state = 1 AND reply_draft.deadline > $7::timestamptz
      AND reply_draft.queue = ANY ($2::integer[]) AND reply_draft.worker <> $1::text
      AND reply_draft.authority_level <= $4::smallint
      AND (reply_draft.review_token = $6::bigint OR reply_draft.review_until IS NULL
           OR reply_draft.review_until <= $7::timestamptz)
      AND ($3::text[] IS NULL OR inquiry.language = ANY ($3::text[]))
    ORDER BY (reply_draft.review_token = $6::bigint) DESC, reply_draft.deadline, reply_draft.id
    LIMIT $5::integer
    FOR UPDATE OF reply_draft SKIP LOCKED
), taken AS (
    UPDATE switchboard.reply_draft
    SET review_token = $6::bigint, reviewer = $1::text, review_until = $8::timestamptz
    FROM candidate
    WHERE reply_draft.id = candidate.id AND reply_draft.inquiry = candidate.inquiry
      AND reply_draft.shard = candidate.shard
    RETURNING reply_draft.*, candidate.earlier_token
), noted AS (
    INSERT INTO switchboard.event (id, shard, seq, tenant, kind, queue, lane, token, worker, attempts)
    SELECT inquiry, shard, greatest($6::bigint, token + 1, position + 3), tenant, 32, queue, lane, token, $1::text,
           attempts
    FROM taken WHERE earlier_token <> $6::bigint
    ON CONFLICT DO NOTHING
)
SELECT taken.id, taken.inquiry, taken.queue, taken.lane, taken.position, taken.token,
       taken.channel, taken.state, taken.request_id::text, taken.worker, taken.visibility,
       taken.text, taken.create_time, taken.disposition, taken.authority_level,
       taken.refusal, taken.deadline, taken.at_deadline, taken.holding_reply,
       taken.reassign_to, taken.attempts, taken.decided_by, taken.advice,
       taken.decide_time, taken.lease_until, inquiry.first_response_due, taken.answers,
       taken.review_token, taken.reviewer, taken.review_until
FROM taken
JOIN switchboard.inquiry ON inquiry.id = taken.inquiry AND inquiry.shard = taken.shard
ORDER BY taken.deadline, taken.id
