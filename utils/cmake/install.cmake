# SPDX-License-Identifier: GPL-2.0-only
#
# What cmake --install puts where, and the files with which other projects find it: a CMake
# package (find_package(tcp-conn), target tcp-conn::tcp-conn) and a pkg-config file.  Included by
# build_lib.

install(TARGETS ${LIB_LIBNAME} ${whole} EXPORT tcp-connTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
)
install(FILES ${LIB_HEADER_FILES} ${CMAKE_BINARY_DIR}/include/ns3/${LIB_LIBNAME}-module.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ns3
)
install(FILES README.md CHANGES.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tcp-conn)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tcp-conn RENAME copyright)
# The trace tool finds its Python package beside itself.
set(tool_dir ${CMAKE_INSTALL_DATADIR}/tcp-conn)
install(PROGRAMS utils/tcp-conn-trace DESTINATION ${tool_dir})
install(DIRECTORY utils/tcp_conn_trace DESTINATION ${tool_dir}
        FILES_MATCHING PATTERN *.py PATTERN *.json PATTERN *.html PATTERN *.css PATTERN *.js
)
file(RELATIVE_PATH tool /${CMAKE_INSTALL_BINDIR} /${tool_dir}/tcp-conn-trace)
file(CREATE_LINK ${tool} ${CMAKE_BINARY_DIR}/tcp-conn-trace SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/tcp-conn-trace DESTINATION ${CMAKE_INSTALL_BINDIR})

# The Python package, where the interpreter of the prefix looks for packages.  Debian's has folders
# of its own.
set(python_dir "import sys, sysconfig
debian = 'deb_system' in sysconfig.get_scheme_names()
version = '3' if debian and '${CMAKE_INSTALL_PREFIX}' == '/usr' else '%d.%d' % sys.version_info[:2]
print('lib/python%s/%s-packages' % (version, 'dist' if debian else 'site'))"
)
execute_process(
  COMMAND python3 -c "${python_dir}" OUTPUT_VARIABLE python_dir OUTPUT_STRIP_TRAILING_WHITESPACE
)
if(NOT python_dir)
  set(python_dir lib/python3/site-packages)
endif()
set(TCP_CONN_PYTHON_DIR ${python_dir} CACHE STRING "Where the Python package goes, in the prefix")
install(DIRECTORY bindings/python/ns3_tcp_conn DESTINATION ${TCP_CONN_PYTHON_DIR}
        FILES_MATCHING PATTERN *.py
)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tcp-conn)
install(EXPORT tcp-connTargets NAMESPACE tcp-conn:: DESTINATION ${package_dir})
configure_package_config_file(
  utils/cmake/tcp-conn-config.cmake.in ${CMAKE_BINARY_DIR}/tcp-conn-config.cmake
  INSTALL_DESTINATION ${package_dir}
)
write_basic_package_version_file(
  ${CMAKE_BINARY_DIR}/tcp-conn-config-version.cmake COMPATIBILITY SameMajorVersion
)
install(FILES ${CMAKE_BINARY_DIR}/tcp-conn-config.cmake
              ${CMAKE_BINARY_DIR}/tcp-conn-config-version.cmake utils/cmake/ns3-targets.cmake
        DESTINATION ${package_dir}
)

# pkg-config: ns-3's own files are not required from ours, for those of Debian 12 do not work in
# a shell (a stray semicolon) and name packages that need not be there.
set(pc_libraries)
set(pc_folders)
set(pc_includes)
foreach(module internet traffic-control bridge stats network core)
  if(lib${module})
    get_target_property(configuration ${lib${module}} IMPORTED_CONFIGURATIONS)
    list(GET configuration 0 configuration)
    get_target_property(file ${lib${module}} IMPORTED_LOCATION_${configuration})
    get_target_property(includes ${lib${module}} INTERFACE_INCLUDE_DIRECTORIES)
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(file ${file} NAME)
    string(REGEX REPLACE "^lib(.+)\\.(so|dylib).*$" "-l\\1" file ${file})
    list(APPEND pc_libraries ${file})
    list(APPEND pc_folders -L${folder})
    foreach(include IN LISTS includes)
      if(NOT include MATCHES "^\\$<" AND NOT include STREQUAL "/usr/include")
        list(APPEND pc_includes -I${include})
      endif()
    endforeach()
  endif()
endforeach()
list(REMOVE_DUPLICATES pc_folders)
list(REMOVE_DUPLICATES pc_includes)
list(JOIN pc_libraries " " pc_libraries)
list(JOIN pc_folders " " pc_folders)
list(JOIN pc_includes " " pc_includes)
file(RELATIVE_PATH pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(utils/cmake/tcp-conn.pc.in ${CMAKE_BINARY_DIR}/tcp-conn.pc @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/tcp-conn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
