# What `cmake --install` puts where: the program, and trawl as a library (find_package(trawl)).
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/trawl")

# trawl::trawl is everything; one module alone is trawl::nn, trawl::train, ...
add_library(trawl_everything INTERFACE)
target_link_libraries(trawl_everything INTERFACE trawl_app)
set_target_properties(trawl_everything PROPERTIES EXPORT_NAME trawl)
set_target_properties(trawl_flags PROPERTIES EXPORT_NAME flags)
# MPI and HDF5 of a cluster lie where modules put them.
set_target_properties(trawl_program PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)

list(TRANSFORM TRAWL_MODULES PREPEND trawl_ OUTPUT_VARIABLE module_targets)
install(TARGETS trawl_program)
install(PROGRAMS bin/trawl-mpirun TYPE BIN)
install(TARGETS trawl_flags trawl_everything ${module_targets} EXPORT trawlTargets)
install(EXPORT trawlTargets NAMESPACE trawl:: DESTINATION "${package_dir}")
install(DIRECTORY include/trawl TYPE INCLUDE)
install(DIRECTORY docs jobs slurm examples analysis DESTINATION "${CMAKE_INSTALL_DATADIR}/trawl"
        PATTERN __pycache__ EXCLUDE)

# Each component's row of the package file: the modules and libraries that its target links.
set(TRAWL_COMPONENT_ROWS "")
foreach(module ${TRAWL_MODULES})
  get_target_property(needs trawl_${module} LINK_LIBRARIES)
  list(REMOVE_ITEM needs trawl_flags)
  list(FILTER needs EXCLUDE REGEX "^\\$<BUILD_INTERFACE:")
  list(TRANSFORM needs REPLACE "^trawl_" "")
  string(APPEND TRAWL_COMPONENT_ROWS "set(trawl_needs_${module} ${needs})\n")
endforeach()
configure_package_config_file(cmake/trawlConfig.cmake.in "${PROJECT_BINARY_DIR}/package/trawlConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/trawlConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/trawlConfig.cmake"
              "${PROJECT_BINARY_DIR}/package/trawlConfigVersion.cmake" DESTINATION "${package_dir}")
