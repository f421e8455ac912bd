SELECT EXISTS (SELECT 1 FROM switchboard.configuration WHERE version = $1::bigint AND yaml = $2::text
                                                          AND applied_by = $3::text AND $4::bigint IN (0, model)
                                                          AND guidelines = $5::text AND answers = $6::text)
