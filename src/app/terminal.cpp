// Measures terminals, and fits text to them.
#include "trawl/app/terminal.hpp"

#include <filesystem>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "trawl/base/file_descriptor.hpp"
#include "trawl/base/text.hpp"
#include "trawl/comm/mpi_session.hpp"

namespace trawl {
namespace {

winsize size_of(int terminal) {
  winsize size = {};
  if (ioctl(terminal, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

// Where the output of mpirun, our parent, goes; that of a launcher's daemon on another machine is no
// terminal.
std::string launchers_stdout() { return fmt::format("/proc/{}/fd/1", getppid()); }

// mpirun's terminal for us has no size.
winsize terminal_size() {
  const winsize own = size_of(STDOUT_FILENO);
  if (own.ws_col > 0 || !MpiSession::is_launched()) return own;
  const FileDescriptor theirs(open(launchers_stdout().c_str(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  return size_of(theirs.get());
}

// Columns of a terminal: of what East Asian scripts and pictures take two; of marks upon the character
// before, none.
std::size_t columns_of(char32_t c) {
  const bool is_mark =
      (c >= 0x300 && c < 0x370) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F);
  if (is_mark) return 0;
  const bool is_wide =
      (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
      (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
      (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F000 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return is_wide ? 2 : 1;
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::size_t end_of_character(const std::string& text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && continues_a_character(text[end])) ++end;
  return end;
}

// Of one character in UTF-8; of broken bytes some number.
char32_t decoded(std::string_view bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  char32_t c = bytes.size() == 1 ? first : first & (0xFFU >> (bytes.size() + 1));
  for (const char next : bytes.substr(1)) c = (c << 6U) | (static_cast<unsigned char>(next) & 0x3FU);
  return c;
}

}  // namespace

// mpirun gives its ranks a terminal of its own making and copies what comes out of it to
// wherever its own output goes: that is what counts.
bool stdout_is_a_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  if (!MpiSession::is_launched()) return true;
  std::error_code error;
  const auto target = std::filesystem::read_symlink(launchers_stdout(), error);
  const std::string text = target.string();
  return !error && (text.rfind("/dev/pts/", 0) == 0 || text.rfind("/dev/tty", 0) == 0);
}

std::size_t terminal_width() {
  constexpr std::size_t kNarrowest = 40;
  const std::size_t columns = terminal_size().ws_col;
  return columns >= kNarrowest ? columns : 80;
}

std::size_t terminal_height() {
  const std::size_t rows = terminal_size().ws_row;
  return rows > 0 ? rows : 24;
}

std::string fitted(const std::string& text, std::size_t width) {
  std::string out;
  const std::string shown = escaped_text(text);
  std::size_t columns = 0;
  for (std::size_t i = 0; i < shown.size();) {
    const std::size_t end = end_of_character(shown, i);
    columns += columns_of(decoded(std::string_view(shown).substr(i, end - i)));
    if (columns > width) break;
    out.append(shown, i, end - i);
    i = end;
  }
  return out;
}

std::size_t columns_of(const std::string& text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = end_of_character(text, i);
    columns += columns_of(decoded(std::string_view(text).substr(i, end - i)));
    i = end;
  }
  return columns;
}

}  // namespace trawl
