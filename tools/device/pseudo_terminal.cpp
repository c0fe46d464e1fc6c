// The ends of pseudo-terminals, which emulators have instead of a serial port: libserialport knows ports with a device
// alone.

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "tools/device/port.hpp"

namespace nacre::tools {
namespace {

class PseudoTerminal : public SerialLine {
 public:
  explicit PseudoTerminal(const std::string& path)
      : path_(path), file_(open(path.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
    if (file_ < 0) refuse_port(path, errno);
    termios settings{};
    tcgetattr(file_, &settings);
    cfmakeraw(&settings);
    tcsetattr(file_, TCSANOW, &settings);
    tcflush(file_, TCIOFLUSH);
  }
  ~PseudoTerminal() override { close(file_); }
  PseudoTerminal(const PseudoTerminal&) = delete;
  PseudoTerminal& operator=(const PseudoTerminal&) = delete;

  std::vector<std::byte> read(unsigned milliseconds) override {
    if (!wait(POLLIN, milliseconds)) return {};
    std::vector<std::byte> bytes(4096);
    const ssize_t got = ::read(file_, bytes.data(), bytes.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (got <= 0) refuse_gone(path_);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  void write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      if (!wait(POLLOUT, 2000)) refuse_gone(path_);
      const ssize_t sent = ::write(file_, bytes.data(), bytes.size());
      if (sent < 0 && errno != EAGAIN && errno != EINTR) refuse_gone(path_);
      if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
  }

  unsigned milliseconds_of(std::size_t) const override { return 0; }

 private:
  bool wait(short what, unsigned milliseconds) const {
    pollfd one{file_, what, 0};
    const int ready = poll(&one, 1, static_cast<int>(milliseconds));
    if (ready < 0 && errno != EINTR) refuse_gone(path_);
    if (ready > 0 && (one.revents & (POLLERR | POLLNVAL | (what == POLLOUT ? POLLHUP : 0))) != 0) refuse_gone(path_);
    return ready > 0;
  }

  std::string path_;
  int file_;
};

}  // namespace

std::unique_ptr<SerialLine> open_pseudo_terminal(const std::string& path) {
  return std::make_unique<PseudoTerminal>(path);
}

}  // namespace nacre::tools
