#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <boost/archive/binary_iarchive.hpp>
#include <boost/archive/binary_oarchive.hpp>
#include <boost/serialization/map.hpp>
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

/// Collects what is written to it.
class StringSink : public std::streambuf {
 public:
  std::string bytes;

 protected:
  std::streamsize xsputn(const char* data, std::streamsize n) override {
    bytes.append(data, static_cast<std::size_t>(n));
    return n;
  }
  int_type overflow(int_type c) override {
    bytes.push_back(traits_type::to_char_type(c));
    return c;
  }
};

/// Reads a view in place.
class ViewSource : public std::streambuf {
 public:
  explicit ViewSource(std::string_view view) {
    // The get area of a streambuf is not const, and is only read.
    char* begin = const_cast<char*>(view.data());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    setg(begin, begin, begin + view.size());
  }
  [[nodiscard]] std::size_t unread() const { return static_cast<std::size_t>(egptr() - gptr()); }
};

constexpr unsigned kArchiveFlags = boost::archive::no_header | boost::archive::no_codecvt;

template <class T>
void write_archive(StringSink& sink, const T& value) {
  boost::archive::binary_oarchive archive(sink, kArchiveFlags);
  archive << value;
}

template <class T>
void read_archive(ViewSource& source, T& value) {
  try {
    boost::archive::binary_iarchive archive(source, kArchiveFlags);
    archive >> value;
  } catch (const ArchiveError&) {
    throw;
  } catch (const std::exception& e) {  // archive_exception, length_error, bad_alloc: not a T
    throw ArchiveError(fmt::format("not a valid value: {}", e.what()));
  }
}

}  // namespace trawl::internal
