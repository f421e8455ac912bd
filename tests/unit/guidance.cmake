switchboard_test(guidance_test SUITE unit
                 SOURCES ${CMAKE_CURRENT_LIST_DIR}/guidance_personal_data_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_hostile_text_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_guideline_parser_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_answer_parser_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_answer_index_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_links_and_length_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_reply_evaluator_test.cc
                         ${CMAKE_CURRENT_LIST_DIR}/guidance_authority_policy_test.cc
                 DEPENDS switchboard::guidance)
switchboard_test(starter_guidelines_test SUITE unit SOURCES ${CMAKE_CURRENT_LIST_DIR}/starter_guidelines_test.cc
                                                            ${CMAKE_CURRENT_LIST_DIR}/starter_answers_test.cc
                 DEPENDS switchboard::guidance switchboard::triage switchboard::wire)
