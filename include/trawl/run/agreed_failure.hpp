// Holds a failure that all ranks know of.
#pragma once

#include <string>

#include "trawl/base/exit_code.hpp"

namespace trawl {

/// A failure that all ranks have agreed on. Only one of them should print it.
class AgreedFailure : public CodedFailure {
 public:
  AgreedFailure(ExitCode code, const std::string& text, bool is_mine)
      : CodedFailure(code, text), is_mine_(is_mine) {}
  /// This rank is the one that prints.
  [[nodiscard]] bool is_mine() const { return is_mine_; }

 private:
  bool is_mine_;
};

}  // namespace trawl
