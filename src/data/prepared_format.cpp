// Says what stands where in a prepared file.
#include "trawl/data/prepared_format.hpp"

#include <cstddef>

#include "trawl/base/nonzero.hpp"
#include "trawl/data/content_hash.hpp"
#include "trawl/data/table.hpp"

namespace trawl {

PreparedLayout layout_of(const PreparedHeader& header) {
  PreparedLayout layout;
  std::size_t end = align_up(sizeof header);
  for (std::size_t part = 0; part < header.rows.size(); ++part) {
    const auto rows = static_cast<std::size_t>(header.rows[part]);
    layout.features[part] = end;
    end = align_up(end + rows * static_cast<std::size_t>(header.n_features) * sizeof(float));
    layout.labels[part] = end;
    end = align_up(end + rows * sizeof(std::int32_t));
  }
  for (std::size_t part = 0; header.sparse == 1 && part < header.rows.size(); ++part) {
    layout.row_starts[part] = end;
    end = align_up(end + static_cast<std::size_t>(header.rows[part] + 1) * sizeof(std::int64_t));
    layout.nonzeros[part] = end;
    end = align_up(end + static_cast<std::size_t>(header.nonzeros[part]) * sizeof(Nonzero<float>));
  }
  layout.file_bytes = end;
  return layout;
}

bool counts_possible(const PreparedHeader& header) {
  constexpr std::int64_t kMaxValues = std::int64_t{1} << 50;
  if (header.n_features < 1 || header.n_features > kMaxValues) return false;
  if (header.n_classes < 1 || header.n_classes > kMaxClasses) return false;
  if (header.sparse != 0 && header.sparse != 1) return false;
  for (std::size_t part = 0; part < header.rows.size(); ++part) {
    const std::int64_t rows = header.rows[part];
    if (rows < 0 || rows > kMaxValues / header.n_features) return false;
    const std::int64_t nonzeros = header.nonzeros[part];
    if (nonzeros < 0 || nonzeros > header.sparse * rows * header.n_features) return false;
  }
  return true;
}

std::uint64_t checksum_of(const PreparedHeader& header) {
  ContentHash hash;
  hash.add(&header, offsetof(PreparedHeader, checksum));
  return hash.value();
}

}  // namespace trawl
