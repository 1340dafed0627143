// Turns what went wrong into an exit code.
#include "trawl/app/failure.hpp"

#include "trawl/base/error.hpp"

namespace trawl {

ExitCode exit_code_of(const std::exception& error) {
  if (const auto* agreed = dynamic_cast<const AgreedFailure*>(&error)) return agreed->code();
  if (dynamic_cast<const ConfigError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const DataError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const StudyMismatchError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const StopRequested*>(&error) != nullptr) return ExitCode::interrupted;
  if (dynamic_cast<const CommError*>(&error) != nullptr) return ExitCode::interrupted;
  if (dynamic_cast<const StoreError*>(&error) != nullptr) return ExitCode::storage_failed;
  return ExitCode::our_fault;
}

}  // namespace trawl
