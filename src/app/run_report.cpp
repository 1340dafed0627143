#include "trawl/app/run_report.hpp"

#include <chrono>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trawl/app/rank_group.hpp"
#include "trawl/base/clock.hpp"
#include "trawl/base/file_descriptor.hpp"
#include "trawl/base/log.hpp"

namespace trawl {
namespace {

const char* report_path() { return std::getenv("TRAWL_RUN_REPORT"); }

void add_line(const std::string& text) {
  const char* path = report_path();
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

SignsOfLife::SignsOfLife(double every, double patience) : patience_(patience) {
  const char* path = report_path();
  if (path != nullptr) thread_ = std::thread([this, path = std::string(path), every] { run(path, every); });
}

SignsOfLife::~SignsOfLife() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SignsOfLife::on_round() { last_round_ = coarse_steady_time(); }

void SignsOfLife::on_last_round() { last_round_ = std::numeric_limits<double>::infinity(); }

void SignsOfLife::run(const std::string& path, double every) {
  const auto pause = std::chrono::duration<double>(every);
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, pause, [this] { return stopping_; })) {
    if (steady_time() - last_round_ > patience_) continue;
    utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // where the file has gone nobody looks any more
  }
}

}  // namespace trawl
