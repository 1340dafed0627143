// Turns values into bytes and back, and believes no length that it reads.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <boost/serialization/array_optimization.hpp>
#include <boost/serialization/array_wrapper.hpp>
#include <boost/serialization/collection_size_type.hpp>
#include <boost/serialization/is_bitwise_serializable.hpp>
#include <boost/serialization/item_version_type.hpp>
#include <boost/serialization/library_version_type.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/nvp.hpp>
#include <boost/serialization/split_free.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/utility.hpp>
#include <boost/serialization/vector.hpp>

#include "trawl/base/error.hpp"

/// What Boost.Serialization 1.74 does not know: std::variant (index, then value) and
/// std::optional (flag, then value).
namespace boost::serialization {

template <class Archive, class... Ts>
void save(Archive& archive, const std::variant<Ts...>& value, unsigned /*version*/) {
  const auto index = static_cast<std::uint8_t>(value.index());
  archive << index;
  std::visit([&](const auto& alternative) { archive << alternative; }, value);
}

template <class Archive, class... Ts>
void load(Archive& archive, std::variant<Ts...>& value, unsigned /*version*/) {
  std::uint8_t index = 0;
  archive >> index;
  const auto take = [&]<class T>(std::uint8_t i) {
    if (i != index) return false;
    archive >> value.template emplace<T>();
    return true;
  };
  std::uint8_t i = 0;
  if (!(take.template operator()<Ts>(i++) || ...))
    throw trawl::ArchiveError("unknown alternative of a variant");
}

template <class Archive, class... Ts>
void serialize(Archive& archive, std::variant<Ts...>& value, unsigned version) {
  split_free(archive, value, version);
}

template <class Archive, class T>
void save(Archive& archive, const std::optional<T>& value, unsigned /*version*/) {
  const bool present = value.has_value();
  archive << present;
  if (present) archive << *value;
}

template <class Archive, class T>
void load(Archive& archive, std::optional<T>& value, unsigned /*version*/) {
  bool present = false;
  archive >> present;
  value.reset();
  if (present) archive >> value.emplace();
}

template <class Archive, class T>
void serialize(Archive& archive, std::optional<T>& value, unsigned version) {
  split_free(archive, value, version);
}

}  // namespace boost::serialization

namespace trawl::internal {

// Archives in the sense of Boost.Serialization, for values that no pointer leads to twice and whose readers
// are of the same build. The library's binary ones make a locale for every archive, and write and look up the
// class of every object: for a record of some hundred bytes that took several times as long as all the rest.

/// Numbers in a row, and nothing else: they are one block, behind their count.
template <class T>
concept NumberBlock = std::is_arithmetic_v<typename T::value_type> && !std::is_same_v<T, std::string> &&
                      requires(T numbers, std::size_t n) {
  numbers.resize(n);
  { numbers.data() } -> std::same_as<typename T::value_type*>;
};

/// Puts values at the end of `bytes`.
class WritingArchive {
 public:
  using is_saving = boost::mpl::true_;
  using is_loading = boost::mpl::false_;

  explicit WritingArchive(std::string& bytes) : bytes_(bytes) {}
  static boost::serialization::library_version_type get_library_version() { return {}; }

  template <class T>
  WritingArchive& operator&(const T& value) {
    return *this << value;
  }
  template <class T>
  WritingArchive& operator<<(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
      put(&value, sizeof value);
    } else if constexpr (NumberBlock<T>) {
      *this << static_cast<std::uint64_t>(value.size());
      put(value.data(), value.size() * sizeof(typename T::value_type));
    } else {
      // One `serialize` for both directions: this one only reads.
      auto& read_only = const_cast<T&>(value);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
      boost::serialization::serialize_adl(*this, read_only, 0U);
    }
    return *this;
  }
  WritingArchive& operator<<(const std::string& text) {
    *this << static_cast<std::uint64_t>(text.size());
    bytes_ += text;
    return *this;
  }
  template <class T>
  WritingArchive& operator<<(const boost::serialization::nvp<T>& named) {
    return *this << named.const_value();
  }
  template <class T>
  WritingArchive& operator<<(const boost::serialization::array_wrapper<T>& array) {
    put(array.address(), array.count() * sizeof(T));
    return *this;
  }
  WritingArchive& operator<<(boost::serialization::collection_size_type count) {
    return *this << static_cast<std::uint64_t>(count);
  }
  WritingArchive& operator<<(const boost::serialization::item_version_type& /*version*/) { return *this; }

 private:
  void put(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }

  std::string& bytes_;
};

/// Takes values from the front of `bytes`. Throws ArchiveError where they are not there, or are none of their
/// type: what it gives is encoded to the same bytes again. An enumeration says where it ends, beside its
/// definition: constexpr Level last_of(Level) { return Level::error; }
class ReadingArchive {
 public:
  using is_saving = boost::mpl::false_;
  using is_loading = boost::mpl::true_;

  explicit ReadingArchive(std::string_view bytes) : bytes_(bytes) {}
  static boost::serialization::library_version_type get_library_version() { return {}; }
  void reset_object_address(const void* /*now*/, const void* /*before*/) {}
  [[nodiscard]] std::size_t unread() const { return bytes_.size(); }

  template <class T>
  ReadingArchive& operator&(T& value) {
    return *this >> value;
  }
  template <class T>
  ReadingArchive& operator>>(T& value) {
    if constexpr (std::is_same_v<T, bool>)
      value = take_up_to<std::uint8_t>(1) != 0;
    else if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(take_up_to(static_cast<std::underlying_type_t<T>>(last_of(T{}))));
    else if constexpr (std::is_arithmetic_v<T>)
      std::memcpy(&value, take(sizeof value), sizeof value);
    else if constexpr (NumberBlock<T>)
      take_block(value);
    else
      boost::serialization::serialize_adl(*this, value, 0U);
    return *this;
  }
  /// Asks for no more memory than twice what the bytes take.
  template <class T>
  ReadingArchive& operator>>(std::vector<T>& values) {
    if constexpr (NumberBlock<std::vector<T>>) {
      take_block(values);
    } else {
      const std::size_t count = take_count();
      const std::size_t at_most = 2 * bytes_.size() / sizeof(T);  // some are larger than their bytes
      values.clear();
      values.reserve(std::min(count, at_most));
      for (std::size_t i = 0; i < count; ++i) *this >> values.emplace_back();
    }
    return *this;
  }
  ReadingArchive& operator>>(std::string& text) {
    const std::size_t size = take_count();
    text.assign(take(size), size);
    return *this;
  }
  template <class T>
  ReadingArchive& operator>>(const boost::serialization::nvp<T>& named) {
    return *this >> named.value();
  }
  template <class T>
  ReadingArchive& operator>>(const boost::serialization::array_wrapper<T>& array) {
    const std::size_t size = array.count() * sizeof(T);
    std::memcpy(array.address(), take(size), size);
    return *this;
  }
  ReadingArchive& operator>>(boost::serialization::collection_size_type& count) {
    count = boost::serialization::collection_size_type(take_count());
    return *this;
  }
  ReadingArchive& operator>>(boost::serialization::item_version_type& /*version*/) { return *this; }

 private:
  const char* take(std::size_t size) {
    if (size > bytes_.size())
      throw ArchiveError(fmt::format("{} bytes are left where {} are due", bytes_.size(), size));
    const char* data = bytes_.data();
    bytes_.remove_prefix(size);
    return data;
  }
  template <class Numbers>
  void take_block(Numbers& numbers) {
    using Number = typename Numbers::value_type;
    const std::size_t count = take_count();
    if (count > bytes_.size() / sizeof(Number)) fail_count(count);
    numbers.resize(count);
    if (count > 0) std::memcpy(numbers.data(), take(count * sizeof(Number)), count * sizeof(Number));
  }
  /// Every element takes a byte at least: a wild count is found before memory is asked for.
  std::size_t take_count() {
    std::uint64_t count = 0;
    *this >> count;
    if (count > bytes_.size()) fail_count(count);
    return static_cast<std::size_t>(count);
  }
  [[noreturn]] void fail_count(std::uint64_t count) const {
    throw ArchiveError(fmt::format("{} elements are announced in {} bytes", count, bytes_.size()));
  }
  template <class Word>
  Word take_up_to(Word last) {
    Word word = 0;
    *this >> word;
    if (word > last) throw ArchiveError(fmt::format("{} stands where at most {} may", word, last));
    return word;
  }

  std::string_view bytes_;
};

}  // namespace trawl::internal

namespace boost::serialization {

// Numbers in a vector are one block.
template <class Archive>
requires(std::is_same_v<Archive, trawl::internal::WritingArchive> ||
         std::is_same_v<Archive, trawl::internal::ReadingArchive>) struct use_array_optimization<Archive> {
  template <class T>
  using apply = is_bitwise_serializable<std::remove_const_t<T>>;
};

}  // namespace boost::serialization
