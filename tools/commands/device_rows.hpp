#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tools/commands/commands.hpp"
#include "tools/device/device.hpp"
#include "tools/rows/run_rows.hpp"

namespace nacre::tools {

/// A board that runs each row that this machine runs. Both must give the same bits.
class DeviceRows : public RowObserver {
 public:
  /// Null where no port is given. Throws Refusal where there is no board with this model.
  static std::unique_ptr<DeviceRows> open(const DeviceOptions& options, const ModelFile& model);
  ~DeviceRows() override { board_.bye(); }

  void fed(const Network& network) override { board_.write_inputs(network); }
  void ran(const Network& network, std::uint64_t row) override { compare("row", network, row); }

  /// Runs the row that the board has, and compares. `what` is a row in messages; where `resets`, the state is zero
  /// before.
  void compare(const std::string& what, const Network& network, std::uint64_t row, bool resets = false);

  Device& board() { return board_; }
  /// "/dev/ttyACM0 (armv7e-m): 12 rows with the bits of this machine".
  std::string summary() const;

 private:
  DeviceRows(const DeviceOptions& options, const ModelFile& model);

  const ModelFile& model_;
  std::unique_ptr<SerialLine> port_;
  Device board_;
  std::uint64_t rows_ = 0;
};

}  // namespace nacre::tools
