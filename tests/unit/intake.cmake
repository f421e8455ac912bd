switchboard_test(intake_test SUITE unit
  SOURCES unit/intake_content_hash_test.cc unit/intake_draft_test.cc unit/intake_sorting_pool_test.cc
          unit/intake_submit_error_test.cc
  DEPENDS switchboard::intake)
