#include "trawl/app/terminal.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "trawl/base/text.hpp"
#include "trawl/comm/mpi_session.hpp"

namespace trawl {
namespace {

winsize terminal_size() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) size = {};
  return size;
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

// mpirun gives its ranks a terminal of its own making and copies what comes out of it to
// wherever its own output goes: that is what counts.
bool stdout_is_a_terminal() {
  if (isatty(STDOUT_FILENO) == 0) return false;
  if (!MpiSession::is_launched()) return true;
  std::error_code error;
  const auto target = std::filesystem::read_symlink(fmt::format("/proc/{}/fd/1", getppid()), error);
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
  std::size_t characters = 0;
  for (const char c : escaped_text(text)) {
    if (!continues_a_character(c) && ++characters > width) break;
    out += c;
  }
  return out;
}

}  // namespace trawl
