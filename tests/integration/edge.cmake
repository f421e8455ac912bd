# The services on a real gRPC server, over the real engine with the in-memory store.
switchboard_test(intake_service_test SUITE integration
  SOURCES integration/intake_service_test.cc integration/intake_stream_service_test.cc
  DEPENDS switchboard::intake switchboard::frontline switchboard::triage_service)
switchboard_test(frontline_service_test SUITE integration
  SOURCES integration/frontline_service_test.cc integration/frontline_stream_service_test.cc
          integration/frontline_reply_service_test.cc integration/frontline_non_reply_service_test.cc
  DEPENDS switchboard::intake switchboard::frontline switchboard::triage_service)
switchboard_test(answer_recall_test SUITE integration
  SOURCES integration/answer_recall_test.cc
  DEPENDS switchboard::answers switchboard::intake switchboard::frontline switchboard::triage_service)
switchboard_test(triage_service_test SUITE integration
  SOURCES integration/triage_service_test.cc
  DEPENDS switchboard::intake switchboard::frontline switchboard::triage_service)
switchboard_test(worker_service_test SUITE integration
  SOURCES integration/worker_service_test.cc integration/authority_service_test.cc
  DEPENDS switchboard::intake switchboard::frontline switchboard::triage_service switchboard::test_programs)
