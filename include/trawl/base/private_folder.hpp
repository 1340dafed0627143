#pragma once

#include <cstdint>
#include <string>

#include "trawl/base/file_descriptor.hpp"

namespace trawl {

/// A folder of this process alone, mode 0700, in $TMPDIR (or /tmp) under a name that nobody can foresee:
/// other users can neither be in its way nor lay links into it. Locked while it is in use, removed in the
/// end.
class PrivateFolder {
 public:
  /// Throws StoreError, which names TMPDIR.
  PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder() { remove(); }

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Throws StoreError unless so many bytes can be written there.
  void check_room(std::int64_t bytes) const;
  /// With all that is in it. Mappings of its files stay.
  void remove();

  /// Removes the folders of this user's processes on this host that were killed, and of trawl-mpirun: their
  /// lock is free.
  static void remove_left_behind();

 private:
  std::string path_;
  FileDescriptor lock_;
};

/// Is this file or folder, as opened, this user's own?
bool is_own(int file);

}  // namespace trawl
