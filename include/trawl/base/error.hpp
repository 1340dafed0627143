#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace trawl {

/// The world's fault. Every message says what is wrong, where, and what to do;
/// `main` alone turns the classes into exit codes.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A job file, a command line or their combination is wrong. Exit code 2.
class ConfigError : public Error {
 public:
  using Error::Error;
};

/// A data set is missing, malformed or does not fit the job. Exit code 2.
class DataError : public Error {
 public:
  using Error::Error;
};

/// Bytes from another process or from a file are not what was sent. Exit code 1.
class ArchiveError : public Error {
 public:
  using Error::Error;
};

/// MPI or another process of the study failed: the next run carries on. Exit code 75.
class CommError : public Error {
 public:
  using Error::Error;
};

/// A results file or its journal cannot be read, written or owned. Exit code 4.
class StoreError : public Error {
 public:
  using Error::Error;
};

/// It may pass by itself, so that it is worth waiting for. Exit code 4.
class PassingError : public StoreError {
 public:
  using StoreError::StoreError;
};

/// The disk or the quota is full.
class NoRoomError : public PassingError {
 public:
  using PassingError::PassingError;
};

/// A file system does not answer as it should: EIO, ESTALE, ENOTCONN and the like.
class UnreachableError : public PassingError {
 public:
  using PassingError::PassingError;
};

/// There is no such file, or no folder for it. Exit code 4.
class MissingFileError : public StoreError {
 public:
  using StoreError::StoreError;
};

/// A results file exists, is sound, and is not what the command may touch: another
/// study, a smaller n_trials, another program's file. Exit code 2.
class StudyMismatchError : public StoreError {
 public:
  using StoreError::StoreError;
};

/// A signal asked to stop before the study began. Exit code 75.
class StopRequested : public Error {
 public:
  using Error::Error;
};

/// Text of `errno` value `code`, for messages.
std::string system_message(int code);

namespace internal {
[[noreturn]] void check_failed(const char* expression, const char* file, int line, const std::string& what);
}

/// Our own fault: ends the operation with std::logic_error that names place and
/// values. Always on. TRAWL_CHECK(n > 0, "n = {}", n)
#define TRAWL_CHECK(condition, ...)                                                                   \
  do {                                                                                                \
    if (!(condition)) {                                                                               \
      ::trawl::internal::check_failed(#condition, __FILE__, __LINE__, ::fmt::format("" __VA_ARGS__)); \
    }                                                                                                 \
  } while (false)

}  // namespace trawl
