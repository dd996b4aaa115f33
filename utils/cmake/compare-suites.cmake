# SPDX-License-Identifier: GPL-2.0-only
#
# cmake -DRUNNER=<program> -DSUITES=<list> -P compare-suites.cmake: fails unless the runner's
# list of suites of this module is that list, so that no suite is left out of ctest.

execute_process(COMMAND ${RUNNER} --list OUTPUT_VARIABLE known RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${RUNNER} --list: ${failed}")
endif()
string(REGEX MATCHALL "tcp-conn[^ \n]*" known "${known}")
list(SORT known)
list(SORT SUITES)
if(NOT known STREQUAL SUITES)
  message(FATAL_ERROR "suites that the runner knows: ${known}\nfiles in test/: ${SUITES}")
endif()
