#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "trawl/journal/journal_writer.hpp"
#include "trawl/results/publisher.hpp"

namespace trawl {

/// Publishes in the background while it lives: at the start, and then whenever the journal has
/// grown or somebody touched the file, `seconds` or twenty times the last publication's duration after it,
/// whichever is longer (`seconds` after the first one), so that publishing costs at most a twentieth of a
/// core. A failure is said once, and tried again; so is its end.
class PublishingThread {
 public:
  /// `publisher` and `writer` must outlive it; the publisher is the thread's alone until then.
  PublishingThread(Publisher& publisher, const JournalWriter& writer, double seconds);
  PublishingThread(const PublishingThread&) = delete;
  PublishingThread& operator=(const PublishingThread&) = delete;
  /// Waits for a publication that is under way.
  ~PublishingThread();

 private:
  void run();
  void publish();

  Publisher& publisher_;
  const JournalWriter& writer_;
  double seconds_;
  bool failed_before_ = false;
  std::mutex mutex_;
  bool stopping_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace trawl
