// Gives memory in which every sum has the same order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace trawl {

/// A cache line, and the widest vector register.
constexpr std::size_t kBufferAlignment = 64;

/// Gives memory at multiples of kBufferAlignment: where a vectorized loop begins then does not
/// depend on the address, and neither does the order of its additions.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  explicit AlignedAllocator(const AlignedAllocator<U>& /*other*/) {}

  T* allocate(std::size_t n) {
    return static_cast<T*>(::operator new (n * sizeof(T), std::align_val_t{kBufferAlignment}));
  }
  void deallocate(T* data, std::size_t /*n*/) {
    ::operator delete (data, std::align_val_t{kBufferAlignment});
  }
  bool operator==(const AlignedAllocator& /*other*/) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

/// The next multiple of kBufferAlignment bytes, counted in elements of T.
template <class T>
constexpr std::int64_t round_up_to_alignment(std::int64_t n) {
  constexpr auto kElements = static_cast<std::int64_t>(kBufferAlignment / sizeof(T));
  return (n + kElements - 1) / kElements * kElements;
}

}  // namespace trawl
