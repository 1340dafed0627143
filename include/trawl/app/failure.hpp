#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace trawl {

/// What the shell sees.
enum class ExitCode : int {
  complete = 0,
  our_fault = 1,       ///< also `diff`: different
  bad_input = 2,       ///< command line, job file or data; `diff`: unreadable
  some_failed = 3,     ///< complete, but trials failed
  storage_failed = 4,  ///< resumable
  interrupted = 75,    ///< resumable (EX_TEMPFAIL of sysexits.h)
};

/// The exit code an exception stands for.
ExitCode exit_code_of(const std::exception& error);

/// A failure that all ranks have agreed on. Only one of them should print it.
class AgreedFailure : public std::runtime_error {
 public:
  AgreedFailure(ExitCode code, const std::string& text, bool is_mine)
      : std::runtime_error(text), code_(code), is_mine_(is_mine) {}
  [[nodiscard]] ExitCode code() const { return code_; }
  /// This rank is the one that prints.
  [[nodiscard]] bool is_mine() const { return is_mine_; }

 private:
  ExitCode code_;
  bool is_mine_;
};

}  // namespace trawl
