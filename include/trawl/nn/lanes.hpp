// Makes vector registers a type.
#pragma once

#include <cstddef>
#include <cstdint>

namespace trawl {

/// The widest vector register of the build's instruction set, in bytes, and how many there are.
#if defined(__AVX512F__)
constexpr std::size_t kLaneBytes = 64;
constexpr std::int64_t kVectorRegisters = 32;
#elif defined(__AVX__)
constexpr std::size_t kLaneBytes = 32;
constexpr std::int64_t kVectorRegisters = 16;
#else
constexpr std::size_t kLaneBytes = 16;
constexpr std::int64_t kVectorRegisters = 16;
#endif

/// A vector register of Scalars; + and * work lane by lane.
template <class Scalar>
struct LanesOf {
  typedef Scalar Type __attribute__((vector_size(kLaneBytes)));
  typedef Scalar Anywhere __attribute__((vector_size(kLaneBytes), aligned(alignof(Scalar)), may_alias));
};
template <class Scalar>
using Lanes = typename LanesOf<Scalar>::Type;

template <class Scalar>
constexpr auto kLanes = static_cast<std::int64_t>(kLaneBytes / sizeof(Scalar));

/// From any address.
template <class Scalar>
inline Lanes<Scalar> load_lanes(const Scalar* from) {
  return *reinterpret_cast<const typename LanesOf<Scalar>::Anywhere*>(from);
}

/// To any address.
template <class Scalar>
inline void store_lanes(const Lanes<Scalar>& lanes, Scalar* to) {
  *reinterpret_cast<typename LanesOf<Scalar>::Anywhere*>(to) = lanes;
}

}  // namespace trawl
