SELECT content FROM switchboard.answer_version WHERE id = $1::text AND version = $2::integer
