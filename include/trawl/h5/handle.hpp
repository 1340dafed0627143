#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "trawl/base/error.hpp"

namespace trawl::h5 {

/// A call of the HDF5 library failed. The message names what was done to which path, and the
/// innermost reason of the library's error stack.
class Hdf5Error : public StoreError {
 public:
  using StoreError::StoreError;
};

/// An identifier of the HDF5 library with the function that gives it back.
class Handle {
 public:
  using Id = std::int64_t;
  using CloseFunction = int (*)(Id);

  Handle() = default;
  /// Throws Hdf5Error "cannot <action>: <reason>" if `id` is negative: the call that made it failed.
  Handle(Id id, CloseFunction close_function, std::string action);
  Handle(Handle&& other) noexcept { swap(other); }
  Handle& operator=(Handle&& other) noexcept {
    swap(other);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  /// Drops an error. What was written must be closed by close(): the library writes the last
  /// chunk of a data set only then.
  ~Handle();

  [[nodiscard]] Id id() const { return id_; }
  /// Throws Hdf5Error. Nothing to do when it is closed already.
  void close();

 private:
  void swap(Handle& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    std::swap(action_, other.action_);
  }

  Id id_ = -1;
  CloseFunction close_ = nullptr;
  std::string action_;
};

/// Throws Hdf5Error "cannot <action>: <reason>" if a call of the library returned a negative value.
void check(std::int64_t status, const std::string& action);

/// Once a process: file locking off (files that are written are private to their writer, and locks
/// fail on many cluster file systems). Once a thread: no error stacks on stderr. Everything that
/// opens a file calls it.
void prepare_library();

/// Does `act`, which must not throw, while no other thread is within the library: so that a child process
/// that is forked there can use it.
void with_library(const std::function<void()>& act);

}  // namespace trawl::h5
