foreach(test IN ITEMS main_job command life processes reply)
  switchboard_test(switchboardd_${test}_test SUITE integration SOURCES integration/switchboardd_${test}_test.cc
                   DEPENDS switchboard_test_server switchboard_test_postgres)
endforeach()
