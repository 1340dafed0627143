#include "trawl/app/run_report.hpp"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "trawl/app/rank_group.hpp"
#include "trawl/base/file_descriptor.hpp"
#include "trawl/base/log.hpp"

namespace trawl {
namespace {

void add_line(const std::string& text) {
  const char* path = std::getenv("TRAWL_RUN_REPORT");
  if (path == nullptr || !speaks_for_all()) return;
  const FileDescriptor file(open(path, O_WRONLY | O_APPEND | O_CLOEXEC));
  if (file.is_open() && write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()))
    return;
  log_warning("cannot write to {}, the file that trawl-mpirun reads: it will not know how this run ends",
              path);
}

}  // namespace

void report_began(std::int64_t n_finished) {
  add_line(fmt::format("master {}\nbegan {}\n", getpid(), n_finished));
}

void report_asked_to_stop() { add_line("asked\n"); }

void report_exit(int exit_code) { add_line(fmt::format("exit {}\n", exit_code)); }

}  // namespace trawl
