// Publishes while the search runs.
#include "trawl/results/publishing_thread.hpp"

#include <algorithm>
#include <chrono>

#include "trawl/base/clock.hpp"
#include "trawl/base/log.hpp"

namespace trawl {

PublishingThread::PublishingThread(Publisher& publisher, const JournalWriter& writer, double seconds)
    : publisher_(publisher), writer_(writer), seconds_(seconds), thread_([this] { run(); }) {}

PublishingThread::~PublishingThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void PublishingThread::run() {
  constexpr double kTimesDuration = 20.0;
  // After a resume the first publication rebuilds the file from the journal: it tells nothing of the next.
  bool first = true;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    const double start = steady_time();
    if (!publisher_.is_current(writer_.position())) publish();
    const double pause = first ? seconds_ : std::max(seconds_, kTimesDuration * (steady_time() - start));
    first = false;
    lock.lock();
    wake_.wait_for(lock, std::chrono::duration<double>(pause), [this] { return stopping_; });
  }
}

void PublishingThread::publish() {
  try {
    publisher_.publish(writer_.position());
    if (failed_before_) log_info("publishing results works again");
    failed_before_ = false;
  } catch (const std::exception& e) {
    if (!failed_before_) {
      log_warning("results cannot be published now ({}); the journal holds them, and it is tried again",
                  e.what());
    }
    failed_before_ = true;
  }
}

}  // namespace trawl
