SELECT reply_draft.id, reply_draft.inquiry, reply_draft.queue, reply_draft.lane, reply_draft.position, reply_draft.token,
       reply_draft.channel, reply_draft.state, reply_draft.request_id::text, reply_draft.worker, reply_draft.visibility,
       reply_draft.text, reply_draft.create_time, reply_draft.disposition, reply_draft.authority_level,
       reply_draft.refusal, reply_draft.deadline, reply_draft.at_deadline, reply_draft.holding_reply,
       reply_draft.reassign_to, reply_draft.attempts, reply_draft.decided_by, reply_draft.advice,
       reply_draft.decide_time, reply_draft.lease_until, inquiry.first_response_due, reply_draft.answers,
       reply_draft.review_token, reply_draft.reviewer, reply_draft.review_until
FROM switchboard.reply_draft
JOIN switchboard.inquiry ON inquiry.id = reply_draft.inquiry AND inquiry.shard = reply_draft.shard
WHERE reply_draft.id = $2::bigint AND reply_draft.inquiry = $1::bigint
  AND reply_draft.shard = ($1::bigint & 63)::smallint
