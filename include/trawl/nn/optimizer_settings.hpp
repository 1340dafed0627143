#pragma once

#include <limits>
#include <string_view>
#include <vector>

namespace trawl {

/// A number that optimizers take, with the values it may have.
struct OptimizerSetting {
  const char* name;  ///< in job files: "beta_1"
  double initial;
  double low = 0.0;
  bool low_open = false;  ///< low itself is not allowed
  double high = std::numeric_limits<double>::infinity();
  bool high_open = false;  ///< high itself is not allowed
  /// Added when there were results files already: see JobKey::is_later in `config`.
  bool is_later = false;
};

/// All of them, in the order of job files: whoever adds one puts it at the end. Several optimizers may take
/// one.
const std::vector<OptimizerSetting>& all_optimizer_settings();
/// One more at their end, for add_optimizer_kind(): later by nature. Requires a name that no other has, an
/// initial value that is allowed, and that all_optimizer_settings() has not been called: what was made by the
/// shorter table would lack it.
void add_optimizer_setting(const OptimizerSetting& setting);
/// False from the first call of all_optimizer_settings() on.
bool optimizer_settings_may_grow();

/// A value for each of them, at first its initial one. Requires names that are in the table.
class OptimizerSettings {
 public:
  OptimizerSettings();
  double& operator[](std::string_view name) { return values_[place_of(name)]; }
  double operator[](std::string_view name) const { return values_[place_of(name)]; }

 private:
  static std::size_t place_of(std::string_view name);

  std::vector<double> values_;
};

}  // namespace trawl
