#pragma once

#include <condition_variable>
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "nacre/serve.h"
#include "tests/support/models.hpp"
#include "tools/device/device.hpp"

namespace nacre::tools::test {

/// A line to a board that is a thread of this program. Time stands still: the line is silent when both ends wait and
/// neither has bytes to read; then the board hears of it, and if it says nothing, the host.
class Cable : public SerialLine {
 public:
  /// What becomes of byte `at` of one direction.
  enum class Fault { none, flip_lowest, flip_highest, drop, twice };
  enum Direction { to_board, to_host };

  void damage(Direction direction, std::size_t at, Fault fault) { where_ = direction, at_ = at, fault_ = fault; }
  std::size_t passed(Direction direction) const { return passed_[direction]; }

  std::vector<std::byte> read(unsigned) override {
    std::unique_lock lock(mutex_);
    host_waits_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] {
      return !held_[to_host].empty() || is_cut_ || board_left_ || (board_waits_ && heard_silence_);
    });
    host_waits_ = false;
    std::vector<std::byte> bytes(held_[to_host].begin(), held_[to_host].end());
    held_[to_host].clear();
    return bytes;
  }

  void write(std::span<const std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    pass(to_board, bytes);
    heard_silence_ = false;
  }

  unsigned milliseconds_of(std::size_t) const override { return 0; }

  /// The board's ends of the line, for nacre_line.
  static int board_read(void* cable, unsigned char* to, std::size_t bytes) {
    return static_cast<Cable*>(cable)->read_on_board(to, bytes);
  }
  static int board_write(void* cable, const unsigned char* from, std::size_t bytes) {
    auto* const self = static_cast<Cable*>(cable);
    const std::lock_guard lock(self->mutex_);
    if (self->is_cut_) return -1;
    self->pass(to_host, std::as_bytes(std::span(from, bytes)));
    return 0;
  }

  /// The board has nothing more to say.
  void leave() {
    const std::lock_guard lock(mutex_);
    board_left_ = true;
    changed_.notify_all();
  }

  /// Nothing passes any more.
  void cut() {
    const std::lock_guard lock(mutex_);
    is_cut_ = true;
    changed_.notify_all();
  }

 private:
  int read_on_board(unsigned char* to, std::size_t bytes) {
    std::unique_lock lock(mutex_);
    auto& held = held_[to_board];
    board_waits_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] {
      return !held.empty() || is_cut_ || (host_waits_ && held_[to_host].empty() && !heard_silence_);
    });
    board_waits_ = false;
    if (held.empty()) {
      heard_silence_ = true;
      return is_cut_ ? -1 : 0;
    }
    const std::size_t got = std::min(bytes, held.size());
    for (std::size_t i = 0; i < got; ++i, held.pop_front()) to[i] = std::to_integer<unsigned char>(held.front());
    return static_cast<int>(got);
  }

  void pass(Direction direction, std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
      const Fault fault = direction == where_ && passed_[direction] == at_ ? fault_ : Fault::none;
      ++passed_[direction];
      if (fault == Fault::drop) continue;
      if (fault == Fault::twice) held_[direction].push_back(byte);
      const auto flipped = fault == Fault::flip_lowest ? 0x01 : fault == Fault::flip_highest ? 0x80 : 0;
      held_[direction].push_back(byte ^ static_cast<std::byte>(flipped));
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::byte> held_[2];
  std::size_t passed_[2] = {}, at_ = 0;
  Direction where_ = to_board;
  Fault fault_ = Fault::none;
  bool host_waits_ = false, board_waits_ = false, heard_silence_ = false, board_left_ = false, is_cut_ = false;
};

/// A board with a model, at the end of a cable: nacre_serve in a thread, with a counter that counts its readings.
class ServedModel {
 public:
  explicit ServedModel(Buffer model, std::size_t buffer_bytes = NACRE_SERVE_BUFFER_BYTES, std::size_t text_bytes = 64)
      : file_(aligned_copy(model.bytes())), on_board_(std::move(model)), buffer_(buffer_bytes), text_(text_bytes) {}

  /// The model as the host has it.
  const ModelFile& file() const { return file_; }

  /// Calls `host` while the board serves; returns what nacre_serve came to.
  nacre_status serve(Cable& cable, const std::function<void()>& host) {
    nacre_network network{};
    const Network& loaded = on_board_.network();
    std::memcpy(&network, &loaded, sizeof loaded);
    nacre_line line{};
    line.read = Cable::board_read;
    line.write = Cable::board_write;
    line.ticks = [](void*) { return ++ticks(); };
    line.ticks_per_second = 1000;
    line.context = &cable;
    line.buffer = buffer_.data();
    line.buffer_bytes = buffer_.size();
    line.text = text_.data();
    line.text_bytes = text_.size();
    nacre_status status = NACRE_OK;
    std::thread board([&] {
      status = nacre_serve(on_board_.view().data(), on_board_.view().size(), &network, &line);
      cable.leave();
    });
    try {
      host();
    } catch (...) {
      cable.cut();
      board.join();
      throw;
    }
    cable.cut();
    board.join();
    return status;
  }

 private:
  static std::uint32_t& ticks() {
    static std::uint32_t count = 0;
    return count;
  }

  ModelFile file_, on_board_;
  std::vector<unsigned char> buffer_;
  std::vector<char> text_;
};

}  // namespace nacre::tools::test
