# SPDX-License-Identifier: GPL-2.0-only
#
# What an ns-3 tree gives to a module's CMakeLists.txt, for a build against an installed ns-3:
# the functions build_lib and build_lib_example and a variable lib<module> for each module.

# Debian's loader, CMake and pkg-config look for libraries in lib/<architecture>, also in /usr/local.
if(EXISTS /etc/debian_version AND CMAKE_LIBRARY_ARCHITECTURE)
  set(CMAKE_INSTALL_LIBDIR lib/${CMAKE_LIBRARY_ARCHITECTURE} CACHE PATH "Folder of libraries")
endif()
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(utils/cmake/ns3-targets.cmake)
enable_testing()

option(TCP_CONN_WERROR "Warnings are errors" OFF)
option(TCP_CONN_LOG "Compile NS_LOG in, though the installed ns-3 was built without it" OFF)
option(TCP_CONN_TESTS "Build the tests" ON)
option(TCP_CONN_EXAMPLES "Build the examples" ON)
option(TCP_CONN_COVERAGE "Count which lines and branches of the library are executed" OFF)
set(TCP_CONN_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()

# Debian's ns3Config.cmake stops with an error unless the programs of the package ns3 are there.
file(GLOB debian /usr/lib/*/cmake/ns3/ns3Config.cmake)
if(debian AND NOT ns3_DIR AND NOT CMAKE_PREFIX_PATH AND NOT IS_DIRECTORY /usr/libexec/ns3)
  message(FATAL_ERROR "libns3-dev cannot be used without the package ns3: apt-get install ns3, "
                      "or run utils/install-dependencies.sh"
  )
endif()
find_package(ns3 QUIET)
if(NOT ns3_FOUND)
  message(FATAL_ERROR "ns-3 (3.37 or later) was not found.  Debian 12 and later: apt-get install "
                      "libns3-dev ns3, or run utils/install-dependencies.sh; elsewhere: "
                      "-DCMAKE_PREFIX_PATH=<where ns-3 is installed>.  To build in an ns-3 tree, "
                      "put this folder into its contrib/ and use ./ns3 configure."
  )
endif()
if(ns3_VERSION MATCHES "^3\\.[0-9]" AND ns3_VERSION VERSION_LESS 3.37)
  message(FATAL_ERROR "ns-3 ${ns3_VERSION} in ${ns3_DIR} is too old: 3.37 is needed")
endif()
message(STATUS "ns-3 ${ns3_VERSION} in ${ns3_DIR}")

# The C++ standard that this ns-3's own headers need; a development version has no number.
if(NOT CMAKE_CXX_STANDARD)
  if(ns3_VERSION MATCHES "^3\\.[0-9]" AND ns3_VERSION VERSION_LESS 3.41)
    set(CMAKE_CXX_STANDARD 17)
  elseif(ns3_VERSION MATCHES "^3\\.[0-9]" AND ns3_VERSION VERSION_LESS 3.46)
    set(CMAKE_CXX_STANDARD 20)
  else()
    set(CMAKE_CXX_STANDARD 23)
  endif()
endif()
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-Wall -Wextra)
if(TCP_CONN_WERROR)
  add_compile_options(-Werror)
endif()
if(TCP_CONN_SANITIZE)
  add_compile_options(
    -fsanitize=${TCP_CONN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
  )
  add_link_options(-fsanitize=${TCP_CONN_SANITIZE})
endif()
if(TCP_CONN_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
  add_compile_definitions(NS3_ASSERT_ENABLE)
endif()
if(TCP_CONN_LOG)
  add_compile_definitions(NS3_LOG_ENABLE)
endif()

find_program(TCP_CONN_CCACHE ccache)
mark_as_advanced(TCP_CONN_CCACHE)
if(TCP_CONN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TCP_CONN_CCACHE})
endif()

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# As in a tree, ${lib<module>} is the target of a module.
get_property(imported DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(target IN LISTS imported)
  get_target_property(type ${target} TYPE)
  if(target MATCHES "^ns3::(lib)?(.+)$" AND type STREQUAL "SHARED_LIBRARY")
    set(module ${CMAKE_MATCH_2})
    tcp_conn_ns3_target(lib${module} ${module})
  endif()
endforeach()

# The headers of the module as ns3/<name>, and ns3/<module>-module.h with all public ones.
function(tcp_conn_headers module public private)
  set(folder ${CMAKE_BINARY_DIR}/include/ns3)
  file(MAKE_DIRECTORY ${folder})
  file(GLOB stale ${folder}/*.h)
  list(REMOVE_ITEM stale ${folder}/${module}-module.h)
  set(lines)
  foreach(header IN LISTS public private)
    get_filename_component(name ${header} NAME)
    if(NOT IS_SYMLINK ${folder}/${name})
      file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${header} ${folder}/${name} SYMBOLIC)
    endif()
    list(REMOVE_ITEM stale ${folder}/${name})
    if(header IN_LIST public)
      file(STRINGS ${header} boost REGEX "#[ \t]*include[ \t]*<boost/" LIMIT_COUNT 1)
      if(boost)
        message(FATAL_ERROR "${header} includes Boost: move that to a .cc file or *-private.h")
      endif()
      string(APPEND lines "#include <ns3/${name}>\n")
    endif()
  endforeach()
  if(stale)
    file(REMOVE ${stale})
  endif()
  string(TOUPPER "NS3_MODULE_${module}" guard)
  string(REPLACE "-" "_" guard ${guard})
  file(CONFIGURE OUTPUT ${folder}/${module}-module.h
       CONTENT "#ifndef ${guard}\n#define ${guard}\n\n${lines}\n#endif\n" @ONLY
  )
endfunction()

# build_lib(LIBNAME ... SOURCE_FILES ... HEADER_FILES ... LIBRARIES_TO_LINK ... TEST_SOURCES ...),
# with the arguments that it has in ns-3.
function(build_lib)
  cmake_parse_arguments(
    LIB "" "LIBNAME"
    "SOURCE_FILES;HEADER_FILES;PRIVATE_HEADER_FILES;LIBRARIES_TO_LINK;TEST_SOURCES" ${ARGN}
  )
  tcp_conn_headers(${LIB_LIBNAME} "${LIB_HEADER_FILES}" "${LIB_PRIVATE_HEADER_FILES}")

  add_library(${LIB_LIBNAME} SHARED ${LIB_SOURCE_FILES})
  target_link_libraries(${LIB_LIBNAME} PUBLIC ${LIB_LIBRARIES_TO_LINK})
  target_include_directories(
    ${LIB_LIBNAME} PUBLIC $<BUILD_INTERFACE:${CMAKE_BINARY_DIR}/include>
                          $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
  )
  target_compile_features(${LIB_LIBNAME} PUBLIC cxx_std_${CMAKE_CXX_STANDARD})
  set_target_properties(
    ${LIB_LIBNAME} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
                              EXPORT_NAME library
  )
  if(NOT TCP_CONN_SANITIZE)
    target_link_options(${LIB_LIBNAME} PRIVATE -Wl,-z,defs)
  endif()
  if(TCP_CONN_COVERAGE)
    # Of the library alone: the tests need not be slow to compile.
    target_compile_options(${LIB_LIBNAME} PRIVATE --coverage -fprofile-update=atomic -O1)
    target_link_options(${LIB_LIBNAME} PRIVATE --coverage)
  endif()

  # What programs link to.  A program that uses TypeId names only refers to no symbol of the
  # library; a linker that drops such libraries (--as-needed) must not drop this one.
  set(whole ${LIB_LIBNAME}-whole)
  add_library(${whole} INTERFACE)
  set_target_properties(${whole} PROPERTIES EXPORT_NAME ${LIB_LIBNAME})
  target_link_libraries(
    ${whole} INTERFACE -Wl,--push-state,--no-as-needed ${LIB_LIBNAME} -Wl,--pop-state
  )
  set(lib${LIB_LIBNAME} ${whole})
  set(lib${LIB_LIBNAME} ${whole} PARENT_SCOPE)

  if(TCP_CONN_EXAMPLES AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/examples/CMakeLists.txt)
    add_subdirectory(examples)
  endif()
  if(TCP_CONN_TESTS AND LIB_TEST_SOURCES)
    set(runner ${LIB_LIBNAME}-test-runner)
    add_executable(${runner} utils/test-runner.cc ${LIB_TEST_SOURCES})
    target_link_libraries(${runner} ${whole})
    target_link_options(${runner} PRIVATE -Wl,--no-as-needed)
    set(test${LIB_LIBNAME} ${runner} PARENT_SCOPE)
    include(utils/cmake/tests.cmake)
  endif()
  include(utils/cmake/install.cmake)
  include(utils/cmake/package.cmake)
endfunction()

# build_lib_example(NAME ... SOURCE_FILES ... LIBRARIES_TO_LINK ...), with the arguments that it
# has in ns-3.  An example that needs a module which is not installed is left out, as there.
function(build_lib_example)
  cmake_parse_arguments(EXAMPLE "" "NAME" "SOURCE_FILES;HEADER_FILES;LIBRARIES_TO_LINK" ${ARGN})
  add_executable(${EXAMPLE_NAME} ${EXAMPLE_SOURCE_FILES})
  target_link_libraries(${EXAMPLE_NAME} ${libtcp-conn} ${EXAMPLE_LIBRARIES_TO_LINK})
  # Modules of ns-3 too are often used by TypeId names alone.
  target_link_options(${EXAMPLE_NAME} PRIVATE -Wl,--no-as-needed)
endfunction()
