#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trawl/study/identity.hpp"
#include "trawl/study/parameter.hpp"

namespace trawl {

/// Choices whose names take more, with what their enumeration adds to each, are stored as text.
constexpr std::size_t kMaxChoiceBytes = 48UL * 1024;

/// How the values of one parameter are stored: a column of /trials/parameters.
struct ParameterColumn {
  /// float64, int64: numbers. boolean: true and false. choice: an enumeration of the choices'
  /// texts. text: those texts themselves, where an enumeration of them would be too large.
  enum class Storage : std::uint8_t { float64, int64, boolean, choice, text };
  std::string name;
  Storage storage = Storage::float64;
  std::string kind;  ///< "float", "int" or "categorical"
  double low = 0.0;  ///< float, int
  double high = 0.0;
  bool log = false;
  std::vector<ParameterValue> choices;  ///< categorical
  bool conditional = false;             ///< trials may lack it: a column of /trials/active says which

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& name& storage& kind& low& high& log& choices& conditional;
  }
};

constexpr ParameterColumn::Storage last_of(ParameterColumn::Storage) {
  return ParameterColumn::Storage::text;
}

/// What a published file says about its study, taken from the description alone, so that a
/// journal that holds it needs nothing else to be published.
struct JournaledStudy {
  std::string run_id;
  std::string extends;  ///< run_id of the published file the study goes on from; "" if none
  std::string name;
  std::int64_t n_trials = 0;
  std::int64_t repeats = 1;
  std::uint64_t seed = 0;
  ObjectiveDefinition objective;
  std::string job_text;
  std::string job_resolved;
  std::string identity;
  std::string space;  ///< JSON
  DataSize data;
  FeatureScaling scaling;
  Shard shard;
  StudyProgress::Keep keep = StudyProgress::Keep::ends;  ///< see StudyDescription
  std::vector<ParameterColumn> parameters;
  MetricTable metrics;

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& run_id& extends& name& n_trials& repeats& seed& objective.metric& objective.direction& objective
        .at& job_text& job_resolved& identity& space& data& scaling& shard& keep& parameters& metrics;
  }
};

/// A study of a new run_id.
JournaledStudy journaled(const StudyDescription& study);

/// One column a dimension of the space; for the list sampler, one a name of its trials, with
/// the kind and bounds of the values that occur.
std::vector<ParameterColumn> parameter_columns(const SearchDefinition& search);

/// A number as a real one. Throws std::bad_variant_access for a value that is none.
double as_number(const ParameterValue& value);

/// The place of a value among the choices, by its text, or as an equal number; -1 if it is not there.
std::int64_t choice_index(const ParameterColumn& column, const ParameterValue& value);

}  // namespace trawl
