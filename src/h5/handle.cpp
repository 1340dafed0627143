// Owns what the HDF5 library opens, and turns its errors into exceptions.
#include "trawl/h5/handle.hpp"

#include <cstdlib>
#include <functional>
#include <mutex>

#include <hdf5.h>

namespace trawl::h5 {
namespace {

herr_t keep_first_reason(unsigned /*n*/, const H5E_error2_t* entry, void* data) {
  auto& reason = *static_cast<std::string*>(data);
  if (reason.empty() && entry->desc != nullptr) reason = entry->desc;
  return 0;
}

std::string innermost_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first_reason, &reason);
  H5Eclear2(H5E_DEFAULT);
  return reason.empty() ? "the HDF5 library gives no reason" : reason;
}

}  // namespace

Handle::Handle(Id id, CloseFunction close_function, std::string action)
    : id_(id), close_(close_function), action_(std::move(action)) {
  check(id, action_);
}

Handle::~Handle() {
  if (id_ >= 0) close_(id_);
}

void Handle::close() {
  if (id_ < 0) return;
  // The library takes the identifier back whether or not closing succeeds.
  check(close_(std::exchange(id_, -1)), "close after: " + action_);
}

void check(std::int64_t status, const std::string& action) {
  if (status < 0) throw Hdf5Error(fmt::format("cannot {}: {}", action, innermost_reason()));
}

namespace {
struct Call {
  const std::function<void()>& act;
};

herr_t act_once(hid_t /*list*/, const char* /*name*/, void* call) {
  static_cast<const Call*>(call)->act();
  return 1;
}
}  // namespace

void with_library(const std::function<void()>& act) {
  prepare_library();
  int first = 0;
  Call call{act};
  H5Piterate(H5P_FILE_ACCESS, &first, act_once, &call);
}

void prepare_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1);
    // At exit the library would close again what it could not write, and crash (1.10.8). We close all that
    // counts.
    H5dont_atexit();
  });
  thread_local bool silent = false;
  if (!silent) silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
}

}  // namespace trawl::h5
