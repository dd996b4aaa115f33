# SPDX-License-Identifier: GPL-2.0-only
#
# What CPack makes: an archive anywhere, and with Debian's ns-3 a Debian package.  Included by
# build_lib.
#
# It is one package, of what cmake --install puts into place: who links to the library compiles
# against it.  The library depends on the libraries that it was linked to by their Debian names
# (dpkg-shlibdeps); the headers on those of ns-3, and of this ns-3 alone, for ns-3 promises no
# stable interface.

set(CPACK_GENERATOR TGZ)
set(CPACK_PACKAGE_NAME tcp-conn)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The tcp-conn maintainers <tcp-conn@localhost>")
set(CPACK_PACKAGE_VENDOR "The tcp-conn maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "TCP connection management for ns-3")
set(CPACK_PACKAGE_DESCRIPTION
    "A module of the network simulator ns-3: a TCP whose subject is how\n\
connections are opened, negotiated, released, refused, reset, aborted and\n\
forgotten, with every state transition visible and every policy replaceable.\n\
This package has the library, its headers, the files by which CMake and\n\
pkg-config find it, and the tool that reads its traces."
)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

find_program(TCP_CONN_DPKG dpkg-shlibdeps)
mark_as_advanced(TCP_CONN_DPKG)
if(TCP_CONN_DPKG AND ns3_DIR MATCHES "^/usr/lib/" AND ns3_VERSION MATCHES "^3\\.([0-9]+)")
  math(EXPR next "${CMAKE_MATCH_1} + 1")
  set(CPACK_GENERATOR DEB)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_RELEASE "1~ns3.${CMAKE_MATCH_1}")
  set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_PACKAGE_HOMEPAGE https://www.nsnam.org)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
  # ns-3's CMake files name programs that are in its package ns3.
  string(JOIN ", " CPACK_DEBIAN_PACKAGE_DEPENDS
         "libns3-dev (>= 3.${CMAKE_MATCH_1})" "libns3-dev (<< 3.${next}~)" "ns3" "python3:any"
  )
endif()
include(CPack)
