#pragma once

#include <string>

#include "trawl/app/rank_group.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/study/definition.hpp"
#include "trawl/train/prepare_data.hpp"

namespace trawl {

/// The data set of a node: prepared once by its first rank, into a file in $TMPDIR (or /tmp)
/// that all ranks and their trials map. The file has no name any more once all have it open,
/// so nothing is left behind, whatever kills the run.
class NodeData {
 public:
  /// Collective. Throws AgreedFailure where the data is bad on any node, or differs.
  NodeData(const RankGroup& ranks, const StudyDefinition& study);

  /// "" where the study has no data.
  [[nodiscard]] const std::string& path() const { return name_.path; }
  /// nullptr where the study has no data.
  [[nodiscard]] const PreparedData* data() const { return data_ ? &*data_ : nullptr; }
  /// Only where this rank prepared the file.
  [[nodiscard]] const DataSummary& summary() const { return summary_; }
  /// When all ranks of this node have opened the file.
  void remove_name() { name_.remove(); }

 private:
  struct Name {
    Name() = default;
    Name(const Name&) = delete;
    Name& operator=(const Name&) = delete;
    ~Name() { remove(); }
    void remove();
    std::string path;
    bool owned = false;
  };
  Name name_;
  DataSummary summary_;
  std::optional<PreparedData> data_;
};

/// The hash of the data in hex, as it stands in a study's identity; "none" for nullptr.
std::string hash_text(const PreparedData* data);

}  // namespace trawl
