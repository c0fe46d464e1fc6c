// Serial ports by libserialport, where the build has it.

#include "tools/device/port.hpp"

#if defined(NACRE_SERIAL)
#include <libserialport.h>
#endif

#include <cerrno>
#include <filesystem>

#include "tools/common/refusal.hpp"

namespace nacre::tools {

#if defined(NACRE_SERIAL)
namespace {

class SerialPort : public SerialLine {
 public:
  SerialPort(const std::string& path, unsigned baud) : path_(path), baud_(baud) {
    sp_port* port = nullptr;
    if (sp_get_port_by_name(path.c_str(), &port) != SP_OK) refuse_port(path, ENODEV);
    port_.reset(port);
    if (sp_open(port, SP_MODE_READ_WRITE) != SP_OK) refuse_port(path, sp_last_error_code());
    is_open_ = true;
    const bool is_set = sp_set_baudrate(port, static_cast<int>(baud)) == SP_OK && sp_set_bits(port, 8) == SP_OK &&
                        sp_set_parity(port, SP_PARITY_NONE) == SP_OK && sp_set_stopbits(port, 1) == SP_OK &&
                        sp_set_flowcontrol(port, SP_FLOWCONTROL_NONE) == SP_OK;
    if (!is_set)
      throw Refusal("", "the port does not take " + std::to_string(baud) + " bits in a second, 8 data bits, no parity",
                    "choose another speed with --baud")
          .in_file(path);
    sp_flush(port, SP_BUF_BOTH);
  }
  ~SerialPort() override {
    if (is_open_) sp_close(port_.get());
  }

  std::vector<std::byte> read(unsigned milliseconds) override {
    std::vector<std::byte> bytes(4096);
    const int got = sp_blocking_read_next(port_.get(), bytes.data(), bytes.size(), milliseconds);
    // Linux tells of a port that was unplugged by no bytes where there were some.
    if (got < 0 || (got == 0 && !std::filesystem::exists(path_))) refuse_gone(path_);
    bytes.resize(static_cast<std::size_t>(got));
    return bytes;
  }

  void write(std::span<const std::byte> bytes) override {
    const unsigned patience = 2000 + 2 * milliseconds_of(bytes.size());
    const int sent = sp_blocking_write(port_.get(), bytes.data(), bytes.size(), patience);
    if (sent < 0 || static_cast<std::size_t>(sent) < bytes.size()) refuse_gone(path_);
  }

  unsigned milliseconds_of(std::size_t bytes) const override {
    return static_cast<unsigned>(bytes * 10 * 1000 / baud_);  // a start bit and a stop bit with each
  }

 private:
  struct Free {
    void operator()(sp_port* port) const { sp_free_port(port); }
  };
  std::string path_;
  unsigned baud_;
  std::unique_ptr<sp_port, Free> port_;
  bool is_open_ = false;
};

}  // namespace

std::unique_ptr<SerialLine> open_serial_port(const std::string& path, unsigned baud) {
  return std::make_unique<SerialPort>(path, baud);
}

std::string port_names() {
  std::string names;
  sp_port** ports = nullptr;
  if (sp_list_ports(&ports) != SP_OK) return names;
  for (sp_port** port = ports; *port != nullptr; ++port)
    names += (names.empty() ? "" : ", ") + std::string(sp_get_port_name(*port));
  sp_free_port_list(ports);
  return names;
}

#else

std::unique_ptr<SerialLine> open_serial_port(const std::string& path, unsigned) {
  throw Refusal("", "this nacre was built without libserialport",
                "install libserialport-dev, and configure and build again")
      .in_file(path);
}

std::string port_names() { return ""; }

#endif

}  // namespace nacre::tools
