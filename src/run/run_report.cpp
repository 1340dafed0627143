// Tells trawl-mpirun how far the run is, and how it ended.
#include "trawl/run/run_report.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "trawl/base/clock.hpp"
#include "trawl/base/file_descriptor.hpp"
#include "trawl/base/host.hpp"
#include "trawl/base/log.hpp"
#include "trawl/base/private_folder.hpp"
#include "trawl/run/rank_group.hpp"

namespace trawl {
namespace {

constexpr std::string_view kAlive = "alive ";

const char* report_path() { return std::getenv("TRAWL_RUN_REPORT"); }
bool is_relayed() { return report_path() != nullptr && std::getenv("TRAWL_RUN_RELAY") != nullptr; }

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void send_line(std::string_view line) { write_all(STDERR_FILENO, marked_line(report_path(), line)); }

void add_line(std::string_view line) {
  if (report_path() == nullptr || write_report(report_path(), line)) return;
  if (is_relayed()) return send_line(line);
  log_warning("cannot write to {}, the file that tells how this run ends", report_path());
}

// By the word of the launcher; MPI itself is asked later.
std::string from_launcher(const std::array<const char*, 2>& names) {
  for (const char* name : names) {
    if (const char* text = std::getenv(name)) return text;
  }
  return "0";
}

}  // namespace

std::string marked_line(const std::string& path, std::string_view line) {
  return fmt::format("{}{}{}{}\n", kReportMark, path, kReportMark, line);
}

bool write_report(const std::string& path, std::string_view line) {
  const bool is_sign = line.substr(0, kAlive.size()) == kAlive;
  const std::string name = is_sign ? path + ".alive" : path;
  const int how = is_sign ? 0 : O_APPEND;
  const FileDescriptor file(open(name.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | how));
  if (!file.is_open() || !is_own(file.get())) return false;
  const std::string text =
      is_sign ? fmt::format("{:>12}\n", line.substr(kAlive.size())) : fmt::format("{}\n", line);
  return write_all(file.get(), text);
}

void report_rank() {
  if (!is_relayed()) return;
  send_line(fmt::format("rank {} {} {} {} {} {}", from_launcher({"OMPI_COMM_WORLD_RANK", "PMIX_RANK"}),
                        from_launcher({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}),
                        from_launcher({"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"}), getpid(),
                        host_name(), process_space()));
}

void report_connected(int n_ranks) {
  if (is_relayed() && speaks_for_all()) add_line(fmt::format("connected {}", n_ranks));
}

void report_began(std::int64_t n_ended) {
  if (!speaks_for_all()) return;
  add_line(fmt::format("master {}", getpid()));
  add_line(fmt::format("began {}", n_ended));
}

void report_left(int rank) {
  if (is_relayed()) send_line(fmt::format("left {}", rank));
}

void report_asked_to_stop() {
  if (speaks_for_all()) add_line("asked");
}

void report_exit(int exit_code) {
  if (speaks_for_all()) add_line(fmt::format("exit {}", exit_code));
}

void report_refusal(int exit_code) {
  if (is_relayed()) add_line(fmt::format("exit {}", exit_code));
}

SignsOfLife::SignsOfLife(double every, double patience) : patience_(patience) {
  if (report_path() != nullptr) thread_ = std::thread([this, every] { run(every); });
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

void SignsOfLife::run(double every) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  const std::string path = report_path();
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, std::chrono::duration<double>(every), [this] { return stopping_; })) {
    if (steady_time() - last_round_ > patience_) continue;
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - began);
    const std::string line = fmt::format("{}{}", kAlive, age.count());
    // Where the file has gone nobody looks any more.
    if (!write_report(path, line) && is_relayed()) send_line(line);
  }
}

}  // namespace trawl
