#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace trawl {

/// What the shell sees: the only table of them. docs/running.md has it for users, and tests/house compares.
enum class ExitCode : int {
  complete = 0,
  our_fault = 1,       ///< also `diff`: different
  bad_input = 2,       ///< command line, job file or data; `diff`: unreadable
  some_failed = 3,     ///< complete, but trials failed
  storage_failed = 4,  ///< resumable
  interrupted = 75,    ///< resumable (EX_TEMPFAIL of sysexits.h)
};

/// What went wrong elsewhere: of its class nothing is known any more but the exit code.
class CodedFailure : public std::runtime_error {
 public:
  CodedFailure(ExitCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The exit code that an exception stands for.
ExitCode exit_code_of(const std::exception& error);

}  // namespace trawl
