#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nacre::tools {

/// A line to a board: bytes there and back.
class SerialLine {
 public:
  virtual ~SerialLine() = default;

  /// The bytes that have come, at least one; none where the line was silent for so long. Throws Refusal where there is
  /// no line any more.
  virtual std::vector<std::byte> read(unsigned milliseconds) = 0;

  /// Sends all. Throws Refusal where there is no line any more, or nobody takes them.
  virtual void write(std::span<const std::byte> bytes) = 0;

  /// How long so many bytes take on the line.
  virtual unsigned milliseconds_of(std::size_t bytes) const = 0;
};

/// A serial port of this machine, at so many bits in a second, with 8 data bits, no parity, one stop bit; or a
/// pseudo-terminal, which has no speed. A link to one, as /dev/serial/by-id has them, is followed. Throws Refusal that
/// says why it does not open, and what may help.
std::unique_ptr<SerialLine> open_port(const std::string& path, unsigned baud);

/// The same by libserialport, without a look at what it is; of a name that the library knows.
std::unique_ptr<SerialLine> open_serial_port(const std::string& path, unsigned baud);

/// The same of a pseudo-terminal.
std::unique_ptr<SerialLine> open_pseudo_terminal(const std::string& path);

/// Names of the serial ports of this machine, with commas between them; empty where there are none.
std::string port_names();

/// What is thrown where a port does not open, by the number of its error.
[[noreturn]] void refuse_port(const std::string& path, int error);

/// What is thrown where a line has gone.
[[noreturn]] void refuse_gone(const std::string& path);

}  // namespace nacre::tools
