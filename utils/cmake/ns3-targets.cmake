# SPDX-License-Identifier: GPL-2.0-only
#
# tcp_conn_ns3_target(<out> <module>): the imported target of a module of the ns-3 that
# find_package(ns3) found.  Used by the build and, installed beside the package's configuration,
# by those who use it.
#
# The targets have the name ns3::lib<module> until ns-3.42 and ns3::<module> later.  Those of
# Debian also name folders and libraries of packages that libns3-dev does not depend on
# (libxml2, Python, GSL, SQLite).  ns-3's own shared libraries find what they need without them,
# so what is not there is taken out.

function(tcp_conn_ns3_target out module)
  set(target ns3::${module})
  if(NOT TARGET ${target})
    set(target ns3::lib${module})
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "ns-3 ${ns3_VERSION} in ${ns3_DIR} has no module ${module}")
  endif()
  set(${out} ${target} PARENT_SCOPE)

  get_target_property(done ${target} TCP_CONN_REPAIRED)
  if(done)
    return()
  endif()
  set_target_properties(${target} PROPERTIES TCP_CONN_REPAIRED TRUE)

  get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
  set(kept)
  foreach(folder IN LISTS folders)
    if(folder MATCHES "^\\$<" OR IS_DIRECTORY "${folder}/ns3")
      list(APPEND kept "${folder}")
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${kept}")

  get_target_property(libraries ${target} INTERFACE_LINK_LIBRARIES)
  set(kept)
  foreach(library IN LISTS libraries)
    if(library MATCHES "^ns3::(lib)?(.+)$")
      tcp_conn_ns3_target(library ${CMAKE_MATCH_2})
    endif()
    if(library AND (NOT IS_ABSOLUTE "${library}" OR EXISTS "${library}"))
      list(APPEND kept "${library}")
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES "${kept}")
endfunction()
