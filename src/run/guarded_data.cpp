// Reads HDF5 data where a crash of the library does no harm.
#include "trawl/run/guarded_data.hpp"

#include <cstdint>
#include <new>
#include <stdexcept>

#include "trawl/base/error.hpp"
#include "trawl/base/guarded_process.hpp"
#include "trawl/h5/handle.hpp"

namespace trawl {
namespace {

/// What was thrown in the child.
enum class Thrown : std::uint8_t { nothing, data, no_room, unreachable, store, memory, other };
constexpr Thrown last_of(Thrown) { return Thrown::other; }

struct Outcome {
  Thrown thrown = Thrown::nothing;
  std::string text;  ///< of the error, or what the work made

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& thrown& text;
  }
};

Outcome outcome_of(const std::function<std::string()>& work) {
  try {
    return {Thrown::nothing, work()};
  } catch (const DataError& e) {
    return {Thrown::data, e.what()};
  } catch (const NoRoomError& e) {
    return {Thrown::no_room, e.what()};
  } catch (const UnreachableError& e) {
    return {Thrown::unreachable, e.what()};
  } catch (const StoreError& e) {
    return {Thrown::store, e.what()};
  } catch (const std::bad_alloc&) {
    return {Thrown::memory, ""};
  } catch (const std::exception& e) {
    return {Thrown::other, e.what()};
  }
}

[[noreturn]] void throw_again(const Outcome& outcome, const std::string& path) {
  switch (outcome.thrown) {
    case Thrown::data: throw DataError(outcome.text);
    case Thrown::no_room: throw NoRoomError(outcome.text);
    case Thrown::unreachable: throw UnreachableError(outcome.text);
    case Thrown::store: throw StoreError(outcome.text);
    case Thrown::memory: throw DataError(path + ": there is not enough memory to read it");
    default: break;
  }
  throw std::runtime_error(outcome.text);
}

// Before the shapes are known; each step of the reading has a limit of its own.
GuardLimits limits_of(const std::string& path) {
  constexpr double kMoreSeconds = 3.0;
  GuardLimits limits = limits_for({path});
  limits.cpu_seconds += kMoreSeconds;
  limits.memory_bytes = 0;  // what is packed in a small file may be large
  return limits;
}

}  // namespace

std::string guarded_bytes(const std::string& path, const std::function<std::string()>& work) {
  const GuardedResult result =
      run_guarded(limits_of(path), h5::with_library, [&work] { return encode(outcome_of(work)); });
  require_not_killed(result, path);
  if (!result.fault.empty()) {
    throw DataError(
        fmt::format("{}: damaged, or made to do harm: the HDF5 library {} on it; fetch or write it again",
                    path, result.fault));
  }
  Outcome outcome = decode<Outcome>(result.text);
  if (outcome.thrown != Thrown::nothing) throw_again(outcome, path);
  return std::move(outcome.text);
}

}  // namespace trawl
