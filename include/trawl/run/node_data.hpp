#pragma once

#include <cstdint>
#include <future>
#include <optional>
#include <string>

#include "trawl/base/private_folder.hpp"
#include "trawl/data/prepare_data.hpp"
#include "trawl/data/prepared_data.hpp"
#include "trawl/run/rank_group.hpp"
#include "trawl/study/definition.hpp"

namespace trawl {

/// The data set of a node: prepared once by its first rank, into a file in a private folder in
/// $TMPDIR (or /tmp) that all ranks and their trials map. The file has no name any more once all have it
/// open, so nothing is left behind, whatever kills the run.
class NodeData {
 public:
  /// Where the launcher's environment says that this is the first rank of its node, the preparation begins,
  /// in a thread of its own: MPI takes half a second to start. After forks, before MPI.
  explicit NodeData(const StudyDefinition& study);
  /// Collective, once: waits for the data. Throws AgreedFailure where it is bad on any node, or differs.
  void share(const RankGroup& ranks);

  /// "" where the study has no data.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// nullptr where the study has no data.
  [[nodiscard]] const PreparedData* data() const { return data_ ? &*data_ : nullptr; }
  /// Only where this rank prepared the file.
  [[nodiscard]] const DataSummary& summary() const { return summary_; }
  /// When all ranks of this node have opened the file.
  void remove_name() { folder_.reset(); }

 private:
  void begin(std::launch when);

  DataDefinition definition_;
  bool has_data_;
  std::uint64_t seed_;
  std::optional<PrivateFolder> folder_;   // where this rank prepares the file
  std::string path_;                      // "" while this process has none
  std::future<DataSummary> preparation_;  // ends before the folder goes
  DataSummary summary_;
  std::optional<PreparedData> data_;
};

/// By the word of mpirun (Open MPI, MPICH) or srun; true without a launcher. MPI itself is asked later.
bool seems_first_on_node();

/// The hash of the data in hex, as it stands in a study's identity; "none" for nullptr.
std::string hash_text(const PreparedData* data);

}  // namespace trawl
