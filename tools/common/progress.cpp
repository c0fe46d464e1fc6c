#include "tools/common/progress.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>

#include "tools/common/printable.hpp"

namespace nacre::tools {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kFirst(500), kInterval(200);
constexpr std::size_t kWidth = 60;  // of the text; a line that wraps could not be taken back

/// Whole, or not at all: a terminal that is gone is no reason to stop.
void draw(const std::string& line) {
  const std::string text = "\r\x1b[K" + line;
  if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
}

/// Signals are for the thread that works.
std::thread without_signals(auto body) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  std::thread thread(body);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace

std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t all, std::uint64_t seconds) {
  const std::string text = printable(what).substr(0, kWidth);
  return all != 0 ? fmt::format("{}: {} of {}", text, done, all) : fmt::format("{}… {} s", text, seconds);
}

Progress::Progress() {
  if (isatty(STDERR_FILENO) == 1) drawer_ = without_signals([this] { draw_until_stopped(); });
}

Progress::~Progress() {
  if (!drawer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_one();
  drawer_.join();
}

void Progress::stage(const std::string& what) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  all_ = 0;
}

void Progress::step(std::uint64_t done, std::uint64_t all) {
  done_ = done;
  all_ = all;
}

void Progress::draw_until_stopped() {
  const Clock::time_point begin = Clock::now();
  bool is_drawn = false;
  std::unique_lock lock(mutex_);
  while (!stopping_.wait_for(lock, is_drawn ? kInterval : kFirst, [this] { return stop_; })) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin).count();
    draw(progress_line(what_, done_, all_, static_cast<std::uint64_t>(seconds)));
    is_drawn = true;
  }
  if (is_drawn) draw("");
}

}  // namespace nacre::tools
