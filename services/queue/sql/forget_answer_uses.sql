DELETE FROM switchboard.answer_use WHERE id >= $1::bigint AND id < $2::bigint
