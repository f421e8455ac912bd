switchboard_test(triage_configuration_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_configuration_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_route_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_route_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_text_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_text_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_language_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_language_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_engine_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_engine_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_pattern_set_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_pattern_set_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_topic_lint_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_topic_lint_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_model_evaluation_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_model_evaluation_test.cc DEPENDS switchboard::triage)
switchboard_test(triage_topic_drift_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_topic_drift_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_urgency_model_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_urgency_model_test.cc DEPENDS switchboard::triage)
switchboard_test(triage_feature_index_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_feature_index_test.cc DEPENDS switchboard::triage)
switchboard_test(triage_sorting_cost_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_sorting_cost_test.cc
                 DEPENDS switchboard::triage)
switchboard_test(triage_learning_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/triage_learning_test.cc
                 DEPENDS switchboard::triage)
