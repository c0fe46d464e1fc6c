#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace nacre::tools {

/// One line on the terminal that says what long work is at, and vanishes with the object. Nothing is
/// shown in the first half second, or where standard error is no terminal.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// A new stage of the work begins: "reading model.joblib".
  void stage(const std::string& what);
  /// Of `all` steps of this stage `done` are done.
  void step(std::uint64_t done, std::uint64_t all);

 private:
  void draw_until_stopped();

  std::mutex mutex_;
  std::condition_variable stopping_;
  std::string what_;
  bool stop_ = false;
  std::atomic<std::uint64_t> done_{0}, all_{0};
  std::thread drawer_;
};

/// `what` as the line is drawn: printable, cut to the width of a terminal, with a count or seconds.
std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t all, std::uint64_t seconds);

}  // namespace nacre::tools
