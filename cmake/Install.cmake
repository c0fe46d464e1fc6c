# find_package(nacre CONFIG) gives nacre::nacre and nacre_add_model; pkg-config knows the first as nacre.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS nacre ${NACRE_LIBRARIES} EXPORT nacre-targets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/runtime/include/ ${PROJECT_SOURCE_DIR}/loader/include/
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/nacre)
install(EXPORT nacre-targets NAMESPACE nacre:: FILE nacreTargets.cmake DESTINATION ${package_dir})
configure_package_config_file(cmake/nacreConfig.cmake.in ${PROJECT_BINARY_DIR}/nacreConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/nacreConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/nacreConfig.cmake ${PROJECT_BINARY_DIR}/nacreConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/NacreAddModel.cmake DESTINATION ${package_dir})

# Users before what they use, as a linker wants static libraries.
list(REVERSE NACRE_LIBRARIES)
list(TRANSFORM NACRE_LIBRARIES PREPEND -l OUTPUT_VARIABLE PKG_CONFIG_LIBRARIES)
list(JOIN PKG_CONFIG_LIBRARIES " " PKG_CONFIG_LIBRARIES)
get_target_property(definitions nacre_loader INTERFACE_COMPILE_DEFINITIONS)
if(definitions)
  list(TRANSFORM definitions PREPEND " -D")
  list(JOIN definitions "" PKG_CONFIG_DEFINITIONS)
endif()
# Relative, so that --prefix and a move afterwards keep it right.
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
           BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
           OUTPUT_VARIABLE PREFIX_FROM_PACKAGE)
configure_file(cmake/nacre.pc.in ${PROJECT_BINARY_DIR}/nacre.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/nacre.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

foreach(program nacre_command nacre_replay)
  if(TARGET ${program} AND NOT CMAKE_CROSSCOMPILING)
    install(TARGETS ${program})
  endif()
endforeach()
if(NACRE_BUILD_TOOLS AND NOT CMAKE_CROSSCOMPILING)
  include(Sbom)
  nacre_write_sbom(${PROJECT_BINARY_DIR}/nacre.spdx.json)
  install(FILES ${PROJECT_BINARY_DIR}/nacre.spdx.json DESTINATION ${CMAKE_INSTALL_DOCDIR})
endif()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/licenses DESTINATION ${CMAKE_INSTALL_DOCDIR})
