SELECT count(*) FROM switchboard.answer_use WHERE answer = $1::text AND correction IS NULL
