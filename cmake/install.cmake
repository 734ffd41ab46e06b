# SPDX-License-Identifier: BSL-1.0
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_DATADIR}/cmake/ctgrad")

install(TARGETS ctgrad EXPORT ctgrad-targets)
install(EXPORT ctgrad-targets NAMESPACE ctgrad:: DESTINATION "${package_dir}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")

file(READ "${PROJECT_SOURCE_DIR}/cmake/dependencies.cmake" ctgrad_dependencies)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ctgrad-config.cmake.in"
  "${PROJECT_BINARY_DIR}/ctgrad-config.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/ctgrad-config-version.cmake"
  COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES
  "${PROJECT_BINARY_DIR}/ctgrad-config.cmake"
  "${PROJECT_BINARY_DIR}/ctgrad-config-version.cmake"
  DESTINATION "${package_dir}")
