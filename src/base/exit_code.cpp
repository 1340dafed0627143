// Says which exit code each kind of failure has.
#include "trawl/base/exit_code.hpp"

#include "trawl/base/error.hpp"

namespace trawl {

ExitCode exit_code_of(const std::exception& error) {
  if (const auto* coded = dynamic_cast<const CodedFailure*>(&error)) return coded->code();
  if (dynamic_cast<const ConfigError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const DataError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const StudyMismatchError*>(&error) != nullptr) return ExitCode::bad_input;
  if (dynamic_cast<const StopRequested*>(&error) != nullptr) return ExitCode::interrupted;
  if (dynamic_cast<const CommError*>(&error) != nullptr) return ExitCode::interrupted;
  if (dynamic_cast<const StoreError*>(&error) != nullptr) return ExitCode::storage_failed;
  return ExitCode::our_fault;
}

}  // namespace trawl
