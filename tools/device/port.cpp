#include "tools/device/port.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

void refuse_port(const std::string& path, int error) {
  std::string what = std::string("the port does not open (") + std::strerror(error) + ")";
  std::string advice = "check that it is a serial port";
  if (error == ENOENT || error == ENODEV || error == ENXIO) {
    const std::string ports = port_names();
    what = "there is no such port";
    advice = ports.empty() ? "connect the board; this machine has no serial ports now"
                           : "connect the board, or choose among " + ports;
  } else if (error == EACCES || error == EPERM) {
    what = "this user may not open the port";
    advice = "join the group that owns it (sudo usermod -aG dialout $USER) and log in again";
  } else if (error == EBUSY) {
    what = "another program has the port";
    advice = "close that program";
  }
  throw Refusal("", what, advice).in_file(path);
}

void refuse_gone(const std::string& path) {
  throw Refusal("", "the line has gone", "check the cable and the board's power, and try again").in_file(path);
}

std::unique_ptr<SerialLine> open_port(const std::string& path, unsigned baud) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path real = fs::canonical(path, error);
  if (error) refuse_port(path, error.value());
  if (!fs::is_character_file(real)) refuse_port(path, ENOTTY);
  const bool is_pseudo_terminal = real.string().starts_with("/dev/pts/");
  return is_pseudo_terminal ? open_pseudo_terminal(real) : open_serial_port(real, baud);
}

}  // namespace nacre::tools
