#pragma once

#include <cstdint>
#include <future>
#include <optional>
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
  /// Where the launcher's environment says that this is the first rank of its node, the preparation begins,
  /// in a thread of its own: MPI takes half a second to start. After forks, before MPI.
  explicit NodeData(const StudyDefinition& study);
  /// Collective, once: waits for the data. Throws AgreedFailure where it is bad on any node, or differs.
  void share(const RankGroup& ranks);

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
    std::string path;  // "" while this process has none
    bool owned = false;
  };
  void begin(std::launch when);

  DataDefinition definition_;
  bool has_data_;
  std::uint64_t seed_;
  Name name_;
  std::future<DataSummary> preparation_;  // ends before the file goes
  DataSummary summary_;
  std::optional<PreparedData> data_;
};

/// The hash of the data in hex, as it stands in a study's identity; "none" for nullptr.
std::string hash_text(const PreparedData* data);

}  // namespace trawl
