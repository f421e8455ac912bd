-- Who looks at a draft that waits: nobody else is handed it until then. No index has these columns, so that a claim
-- writes no index entry.
ALTER TABLE switchboard.reply_draft
    ADD COLUMN review_token bigint NOT NULL DEFAULT 0,
    ADD COLUMN review_until timestamptz,
    ADD COLUMN reviewer     text   NOT NULL DEFAULT '';
