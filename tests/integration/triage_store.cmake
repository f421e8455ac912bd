switchboard_test(triage_store_test SUITE integration
  SOURCES integration/postgres_configuration_store_test.cc
  DEPENDS switchboard::triage_store switchboard_test_postgres)
switchboard_test(triage_model_store_test SUITE integration
  SOURCES integration/postgres_model_store_test.cc
  DEPENDS switchboard::triage_store switchboard_test_postgres)
# Learns for half a minute, too long for the sanitizers.
switchboard_test(triage_starter_test SUITE e2e TIMEOUT 600
  SOURCES integration/triage_starter_test.cc
  DEPENDS switchboard::triage)
switchboard_test(triage_topic_mix_store_test SUITE integration
  SOURCES integration/postgres_topic_mix_store_test.cc
  DEPENDS switchboard::triage_store switchboard_test_postgres)
