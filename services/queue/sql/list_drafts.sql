-- $1: state, $2: queue, or NULL for any; $3: author, or ''; $4: highest level; those beyond $5 only.
SELECT reply_draft.id, reply_draft.inquiry, reply_draft.queue, reply_draft.lane, reply_draft.position, reply_draft.token,
       reply_draft.channel, reply_draft.state, reply_draft.request_id::text, reply_draft.worker, reply_draft.visibility,
       reply_draft.text, reply_draft.create_time, reply_draft.disposition, reply_draft.authority_level,
       reply_draft.refusal, reply_draft.deadline, reply_draft.at_deadline, reply_draft.holding_reply,
       reply_draft.reassign_to, reply_draft.attempts, reply_draft.decided_by, reply_draft.advice,
       reply_draft.decide_time, reply_draft.lease_until, inquiry.first_response_due, reply_draft.answers,
       reply_draft.review_token, reply_draft.reviewer, reply_draft.review_until
FROM switchboard.reply_draft
JOIN switchboard.inquiry ON inquiry.id = reply_draft.inquiry AND inquiry.shard = reply_draft.shard
WHERE reply_draft.id > $5::bigint AND ($1::smallint IS NULL OR reply_draft.state = $1::smallint)
  AND ($2::integer IS NULL OR reply_draft.queue = $2::integer) AND ($3::text = '' OR reply_draft.worker = $3::text)
  AND reply_draft.authority_level <= $4::smallint
ORDER BY reply_draft.id
LIMIT $6::integer
