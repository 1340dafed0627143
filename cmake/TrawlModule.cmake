# Flags that every target shares, and the two functions that make the targets.
add_library(trawl_flags INTERFACE)
target_compile_features(trawl_flags INTERFACE cxx_std_20)
target_include_directories(trawl_flags INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                 $<INSTALL_INTERFACE:include>)
# Warnings are this project's own affair; what decides how code and data fit together goes to users too.
target_compile_options(
  trawl_flags INTERFACE "$<BUILD_INTERFACE:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wnon-virtual-dtor;-Wcast-qual>"
                        $<BUILD_INTERFACE:$<$<BOOL:${TRAWL_WARNINGS_AS_ERRORS}>:-Werror>>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC bug 105651: false alarms on std::string, where it is not seen that it lies in the library's headers
  if(CMAKE_UNITY_BUILD)  # it takes each file of a whole for a header, whose unnamed namespaces would be a fault
    target_compile_options(trawl_flags INTERFACE $<BUILD_INTERFACE:-Wno-subobject-linkage>)
  endif()
  target_compile_options(
    trawl_flags INTERFACE "$<BUILD_INTERFACE:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>")
endif()
if(TRAWL_MARCH)
  target_compile_options(trawl_flags INTERFACE -march=${TRAWL_MARCH})
endif()
if(TRAWL_SANITIZE)
  target_compile_options(trawl_flags INTERFACE -fsanitize=${TRAWL_SANITIZE} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(trawl_flags INTERFACE -fsanitize=${TRAWL_SANITIZE})
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
if(TRAWL_CLANG_TIDY)
  find_program(TRAWL_CLANG_TIDY_PROGRAM clang-tidy-14 REQUIRED)
  set(CMAKE_CXX_CLANG_TIDY "${TRAWL_CLANG_TIDY_PROGRAM};--quiet")
endif()

# trawl_precompile(TARGET OWNER headers...) parses the headers that most files include once: they
# are half of a build's time. OWNER's parse serves all targets with its flags. A file must still
# include what it uses: the tidy preset and headers_stand_alone compile without.
function(trawl_precompile target owner)
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# trawl_module(NAME SOURCES a.cpp ... USES modules... LIBRARIES targets...)
# One static library a module. USES is the module's row of the table in
# ARCHITECTURE.md; tests/house checks every #include against it.
function(trawl_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LIBRARIES" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND trawl_)
  add_library(trawl_${name} STATIC ${ARG_SOURCES})
  set_target_properties(trawl_${name} PROPERTIES EXPORT_NAME ${name})
  target_link_libraries(trawl_${name} PUBLIC trawl_flags ${ARG_USES} ${ARG_LIBRARIES})
  trawl_precompile(trawl_${name} trawl_base <algorithm> <filesystem> <functional> <map> <optional> <string> <thread>
                   <variant> <vector> <fmt/format.h>)
endfunction()

# trawl_test(NAME SOURCES a.cpp ... USES modules... [RANKS n [LAUNCHER_FLAGS flags...]] [TIMEOUT s])
# A GoogleTest binary, labelled unit; with RANKS it runs under mpirun on so many ranks
# and is labelled mpi.
function(trawl_test name)
  cmake_parse_arguments(ARG "" "RANKS;TIMEOUT" "SOURCES;USES;LAUNCHER_FLAGS" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND trawl_)
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -O1) # what is tested is optimized, the tests need not be
  target_compile_definitions(${name} PRIVATE TRAWL_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  trawl_precompile(${name} base_test <algorithm> <filesystem> <functional> <map> <optional> <string> <thread>
                   <variant> <vector> <fmt/format.h> <gtest/gtest.h>)
  if(ARG_RANKS)
    target_link_libraries(${name} PRIVATE trawl_flags ${ARG_USES} GTest::gtest)
    add_test(NAME ${name} COMMAND ${MPIEXEC_EXECUTABLE} ${TRAWL_MPIEXEC_FLAGS} ${ARG_LAUNCHER_FLAGS} -n ${ARG_RANKS}
                                  $<TARGET_FILE:${name}>)
    # Open MPI keeps memory until the process ends: leaks are looked for in the unit tests.
    set_tests_properties(${name} PROPERTIES LABELS mpi PROCESSORS 2 ENVIRONMENT "ASAN_OPTIONS=detect_leaks=0")
  else()
    target_link_libraries(${name} PRIVATE trawl_flags ${ARG_USES} GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT})
endfunction()
set(TRAWL_MPIEXEC_FLAGS --oversubscribe --bind-to none --allow-run-as-root)

# trawl_script_test(NAME LABEL label COMMAND command... [TIMEOUT s] [ALONE])
# A script that is a test by its exit code; 77: it cannot run here. ALONE: beside no other.
function(trawl_script_test name)
  cmake_parse_arguments(ARG "ALONE" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77
                                          RUN_SERIAL "${ARG_ALONE}")
endfunction()
