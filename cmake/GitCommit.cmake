# Writes git_commit.hpp into OUTPUT when the commit has changed; run at every build.
cmake_minimum_required(VERSION 3.23)
execute_process(
  COMMAND git -C "${SOURCE}" describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE commit
  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT "#pragma once\n#define TRAWL_GIT_COMMIT \"@commit@\"\n" @ONLY)
