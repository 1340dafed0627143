#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "trawl/h5/handle.hpp"

namespace trawl::h5 {

/// The element types of memory that data sets and attributes are read into and written from.
enum class Element : std::uint8_t { int8, int16, int32, int64, uint64, float32, float64 };

template <class T>
constexpr Element element_of() {
  if constexpr (std::is_same_v<T, std::int8_t>) return Element::int8;
  if constexpr (std::is_same_v<T, std::int16_t>) return Element::int16;
  if constexpr (std::is_same_v<T, std::int32_t>) return Element::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Element::int64;
  if constexpr (std::is_same_v<T, std::uint64_t>) return Element::uint64;
  if constexpr (std::is_same_v<T, float>) return Element::float32;
  if constexpr (std::is_same_v<T, double>) return Element::float64;
}

/// A type in a file. Numbers are little-endian.
class Type {
 public:
  static Type of(Element element);
  /// Names for 0, 1, 2, ...; stored in one byte. At most 127, none empty, none twice.
  static Type enumeration8(const std::vector<std::string>& names);
  /// As enumeration8, stored in two bytes: at most 32767 names. Together they must fit
  /// into kMaxEnumBytes.
  static Type enumeration16(const std::vector<std::string>& names);
  /// What h5py reads as bool.
  static Type boolean() { return enumeration8({"FALSE", "TRUE"}); }
  /// UTF-8 of any length.
  static Type text();
  /// UTF-8 of at most so many bytes, filled up with zeros.
  static Type fixed_text(std::size_t bytes);

  [[nodiscard]] Handle::Id id() const { return handle_.id(); }

 private:
  explicit Type(Handle handle) : handle_(std::move(handle)) {}
  Handle handle_;
};

/// A type must fit into an object header of 64 KiB. Each name costs its length, a zero, padding to
/// eight bytes and its value.
constexpr std::size_t kMaxEnumBytes = 48UL * 1024;

}  // namespace trawl::h5
