# SPDX-License-Identifier: GPL-2.0-only
#
# The tests that ctest runs in a stand-alone build.  Included by build_lib.
#
#  - each suite: test/<name>-test-suite.cc has the suite <name>; what it prints and the traces of
#    its cases are kept in the build folder, below test-output/;
#  - that ns-3's runner knows exactly these suites;
#  - each program in the list of test/examples-to-run.py;
#  - each experiment examples/<name>.cc whose outcome test/experiments/<name>.py checks;
#  - the Python tests test/python/test_*.py;
#  - each script test/*-test.sh and test/*-test.py, with TCP_CONN_SOURCE_DIR and
#    TCP_CONN_BUILD_DIR in its environment;
#  - examples/tcp-conn-tap*.sh, in which the Linux kernel is the peer, and the kernel's part of
#    utils/tcp-conn-differential.
#
# A script that cannot run here exits with 77 and says why in a line that begins "skipped: ".

set(TCP_CONN_FULLNESS QUICK CACHE STRING "Test cases to run: QUICK, EXTENSIVE, TAKES_FOREVER")
set(seconds 300)
if(TCP_CONN_SANITIZE)
  set(seconds 1200)
endif()
set(scratch ${CMAKE_BINARY_DIR}/test-output)
file(REMOVE_RECURSE ${scratch}/results ${scratch}/cases) # of suites that are no more
file(MAKE_DIRECTORY ${scratch})
set(names)

set(suites)
foreach(source IN LISTS LIB_TEST_SOURCES)
  if(source MATCHES "^test/(.+)-test-suite\\.cc$")
    set(suite ${CMAKE_MATCH_1})
    add_test(NAME ${suite}
             COMMAND sh ${CMAKE_SOURCE_DIR}/utils/run-suite.sh $<TARGET_FILE:${runner}> ${suite}
                     ${TCP_CONN_FULLNESS} ${scratch}
             WORKING_DIRECTORY ${scratch}
    )
    set_tests_properties(${suite} PROPERTIES FIXTURES_SETUP suites)
    list(APPEND suites ${suite})
    list(APPEND names ${suite})
  endif()
endforeach()

add_test(NAME every-suite-is-run
         COMMAND ${CMAKE_COMMAND} -DRUNNER=$<TARGET_FILE:${runner}> "-DSUITES=${suites}" -P
                 ${CMAKE_SOURCE_DIR}/utils/cmake/compare-suites.cmake
)
list(APPEND names every-suite-is-run)

set(list_of_examples ${CMAKE_SOURCE_DIR}/test/examples-to-run.py)
if(TCP_CONN_EXAMPLES AND EXISTS ${list_of_examples})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${list_of_examples})
  file(STRINGS ${list_of_examples} lines REGEX "^ *\\(\".*\", *\"True\",")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^ *\\(\"([^\"]*)\".*" "\\1" command "${line}")
    separate_arguments(command UNIX_COMMAND "${command}")
    list(POP_FRONT command program)
    if(EXISTS ${CMAKE_SOURCE_DIR}/test/experiments/${program}.py)
      continue() # it is run below
    elseif(TARGET ${program})
      string(REPLACE ";" " " name "example ${program} ${command}")
      string(STRIP "${name}" name)
      add_test(NAME ${name} COMMAND ${program} ${command} WORKING_DIRECTORY ${scratch})
      list(APPEND names ${name})
    else()
      message(SEND_ERROR "test/examples-to-run.py names ${program}, which is not built")
    endif()
  endforeach()
endif()

set(environment
    TCP_CONN_SOURCE_DIR=${CMAKE_SOURCE_DIR} TCP_CONN_BUILD_DIR=${CMAKE_BINARY_DIR}
    TCP_CONN_NS3=${ns3_VERSION} PYTHONDONTWRITEBYTECODE=1
)
file(GLOB experiments CONFIGURE_DEPENDS test/experiments/tcp-conn-*.py)
foreach(script IN LISTS experiments)
  get_filename_component(name ${script} NAME_WE)
  if(TCP_CONN_EXAMPLES)
    add_test(NAME "experiment ${name}"
             COMMAND python3 ${CMAKE_SOURCE_DIR}/test/experiments/run.py ${name}
             WORKING_DIRECTORY ${scratch}
    )
    set_tests_properties("experiment ${name}" PROPERTIES ENVIRONMENT "${environment}")
    list(APPEND names "experiment ${name}")
  endif()
endforeach()

set(writers ${names})
# Scripts test files and tools, in which sanitizers have nothing to find.
if(NOT TCP_CONN_SANITIZE)
  file(GLOB scripts RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS test/*-test.sh test/*-test.py)
  file(GLOB python_tests CONFIGURE_DEPENDS test/python/test_*.py)
endif()
foreach(script IN LISTS scripts)
  if(script MATCHES "\\.py$")
    set(interpreter python3)
  else()
    set(interpreter sh)
  endif()
  get_filename_component(name ${script} NAME_WE)
  add_test(NAME ${name} COMMAND ${interpreter} ${CMAKE_SOURCE_DIR}/${script}
           WORKING_DIRECTORY ${scratch}
  )
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 ENVIRONMENT "${environment}")
  list(APPEND names ${name})
endforeach()
foreach(name traces-test requirements-test)
  if(TEST ${name})
    # It looks at what suites and programs have written.
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED suites DEPENDS "${writers}")
  endif()
endforeach()

if(python_tests)
  add_test(NAME python COMMAND python3 -m unittest discover --verbose -s
                               ${CMAKE_SOURCE_DIR}/test/python
           WORKING_DIRECTORY ${scratch}
  )
  set_tests_properties(python PROPERTIES ENVIRONMENT "${environment}")
  list(APPEND names python)
endif()

# In real time: nothing else should run meanwhile.
if(TARGET tcp-conn-tap)
  set(impaired --family=4 --bytes=2000000)
  set(many --family=6 --connections=50 --msl=0.5)
  if(NOT TCP_CONN_FULLNESS STREQUAL "QUICK")
    set(many --connections=200)
    if(NOT TCP_CONN_SANITIZE)
      set(impaired --bytes=100000000)
    endif()
  endif()
  add_test(NAME linux-kernel COMMAND bash ${CMAKE_SOURCE_DIR}/examples/tcp-conn-tap.sh
                                     --binary=$<TARGET_FILE:tcp-conn-tap>
           WORKING_DIRECTORY ${scratch}
  )
  add_test(NAME linux-kernel-impaired
           COMMAND bash ${CMAKE_SOURCE_DIR}/examples/tcp-conn-tap.sh
                   --binary=$<TARGET_FILE:tcp-conn-tap> --once --options --loss=0.01
                   --duplicate=0.01 --reorder=0.01 --buffer=1000000 --limit=600 ${impaired}
           WORKING_DIRECTORY ${scratch}
  )
  add_test(NAME linux-kernel-many
           COMMAND bash ${CMAKE_SOURCE_DIR}/examples/tcp-conn-tap-many.sh
                   --binary=$<TARGET_FILE:tcp-conn-tap-many> ${many}
           WORKING_DIRECTORY ${scratch}
  )
  foreach(name linux-kernel linux-kernel-impaired linux-kernel-many)
    set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 RUN_SERIAL ON)
    list(APPEND names ${name})
  endforeach()
endif()

if(TCP_CONN_EXAMPLES AND NOT TCP_CONN_SANITIZE)
  # The kernel alone: differential-test runs the simulator's part.
  add_test(NAME linux-kernel-differential
           COMMAND python3 ${CMAKE_SOURCE_DIR}/utils/tcp-conn-differential/differential.py check
                   --kernel
  )
  set_tests_properties(
    linux-kernel-differential PROPERTIES SKIP_RETURN_CODE 77 RUN_SERIAL ON
                                         ENVIRONMENT "${environment}"
  )
  list(APPEND names linux-kernel-differential)
endif()

set_tests_properties(${names} PROPERTIES TIMEOUT ${seconds})
if(TARGET tcp-conn-tap AND NOT TCP_CONN_FULLNESS STREQUAL "QUICK")
  set_tests_properties(linux-kernel-impaired PROPERTIES TIMEOUT 1500)
endif()
