// Searches a table of trainings that were done before: for search_quality.py, which writes the table.
//
//   TABLE_SEARCH_TABLE=FILE table_search run job.yaml
//
// FILE begins with lines: "table POINTS EPOCHS", for each axis "number NAME SIZE" (a whole number, the place
// on the axis), "choice NAME SIZE WORD...", "real NAME SIZE LOW HIGH" or "log NAME SIZE LOW HIGH" (the
// nearest place counts), the last axis running fastest, and "numbers". Float32 values follow, little-endian,
// for each point the cost of an epoch and the curve.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "trawl/app/program.hpp"
#include "trawl/base/error.hpp"

namespace {

static_assert(std::endian::native == std::endian::little, "the table is read as it is in memory");

struct Axis {
  std::string kind;
  std::string name;
  std::int64_t size = 0;
  std::vector<std::string> words = {};  // of a choice
  double low = 0.0;                     // of a real or a log one
  double high = 0.0;

  bool is_choice() const { return kind == "choice"; }
  bool is_real() const { return kind == "real" || kind == "log"; }

  std::int64_t place(const trawl::ParameterValue& value) const {
    if (is_real()) return nearest(std::get<double>(value));
    if (!is_choice()) return std::get<std::int64_t>(value);
    const auto word = std::find(words.begin(), words.end(), std::get<std::string>(value));
    TRAWL_CHECK(word != words.end(), "parameter {} has a word that its axis has not", name);
    return word - words.begin();
  }

  std::int64_t nearest(double value) const {
    const bool is_log = kind == "log";
    const double begin = is_log ? std::log(low) : low;
    const double end = is_log ? std::log(high) : high;
    const double share = ((is_log ? std::log(value) : value) - begin) / (end - begin);
    const double last = static_cast<double>(size - 1);
    return static_cast<std::int64_t>(std::clamp(std::floor(share * last + 0.5), 0.0, last));
  }

  trawl::ParameterDeclaration declaration() const {
    if (is_choice()) return {name, trawl::one_of(words), words.front()};
    if (is_real()) return {name, trawl::real_between(low, false, high, false), low};
    return {name, trawl::integer_between(0, size - 1), std::int64_t{0}};
  }
};

class Table {
 public:
  explicit Table(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string word;
    std::int64_t points = 0;
    file >> word >> points >> epochs_;
    while (file >> word && word != "numbers") axes_.push_back(read_axis(file, word));
    file.get();  // the end of that line
    std::int64_t size = 1;
    for (const Axis& axis : axes_) size *= axis.size;
    if (!file || axes_.empty() || size != points || epochs_ < 1)
      throw trawl::DataError(path + ": no table as search_quality.py writes it (TABLE_SEARCH_TABLE)");
    numbers_.resize(static_cast<std::size_t>(points * (1 + epochs_)));
    file.read(reinterpret_cast<char*>(numbers_.data()),
              static_cast<std::streamsize>(numbers_.size() * sizeof(float)));
    if (!file) throw trawl::DataError(path + ": ends too early");
  }

  std::int64_t epochs() const { return epochs_; }
  const std::vector<Axis>& axes() const { return axes_; }

  double cost(const trawl::Parameters& parameters) const { return row_of(parameters)[0]; }
  const float* curve(const trawl::Parameters& parameters) const { return row_of(parameters) + 1; }

 private:
  static Axis read_axis(std::istream& file, const std::string& kind) {
    Axis axis;
    axis.kind = kind;
    file >> axis.name >> axis.size;
    for (std::int64_t i = 0; file && axis.is_choice() && i < axis.size; ++i)
      file >> axis.words.emplace_back();
    if (axis.is_real()) file >> axis.low >> axis.high;
    return axis;
  }

  const float* row_of(const trawl::Parameters& parameters) const {
    std::int64_t row = 0;
    for (const Axis& axis : axes_) {
      const trawl::ParameterValue* value = trawl::find_parameter(parameters, axis.name);
      TRAWL_CHECK(value != nullptr, "no parameter {}", axis.name);
      row = row * axis.size + axis.place(*value);
    }
    return numbers_.data() + row * (1 + epochs_);
  }

  std::int64_t epochs_ = 0;
  std::vector<Axis> axes_;
  std::vector<float> numbers_;  // [points, 1 + epochs]
};

// Trains nothing, so what a paused trial had is reported once more: as after a checkpoint.
class LookUp : public trawl::Objective {
 public:
  explicit LookUp(std::shared_ptr<const Table> table) : table_(std::move(table)) {}

  std::optional<trawl::TrialOutcome> evaluate(const trawl::Trial& trial,
                                              trawl::TrialObserver& observer) override {
    const float* curve = table_->curve(trial.parameters);
    for (trawl::EpochRecord record; record.epoch < table_->epochs(); ++record.epoch) {
      if (observer.stop_requested()) return std::nullopt;
      record.values = {curve[record.epoch]};
      observer.on_epoch(record);
    }
    return trawl::TrialOutcome{};
  }

 private:
  std::shared_ptr<const Table> table_;
};

trawl::Program table_search() {
  const char* path = std::getenv("TABLE_SEARCH_TABLE");
  if (path == nullptr) throw trawl::ConfigError("TABLE_SEARCH_TABLE names no table");
  const auto table = std::make_shared<const Table>(path);
  trawl::ProgramDeclaration program = {
      .name = "table_search",
      .parameters = {{"epochs", trawl::integer_between(table->epochs(), table->epochs()), table->epochs()}},
      .metrics = trawl::MetricTable(
          {{"val_cross_entropy", "nat", "of the validation rows", trawl::Direction::minimize}}),
      .epochs = "epochs",
      .cost = [table](const auto& parameters, const auto& /*data*/) { return table->cost(parameters); }};
  for (const Axis& axis : table->axes()) program.parameters.push_back(axis.declaration());
  return trawl::custom_program(program, [table](const auto& /*study*/, const auto* /*data*/) {
    return std::make_unique<LookUp>(table);
  });
}

}  // namespace

int main(int argc, char** argv) { return trawl::main_with(argc, argv, table_search); }
