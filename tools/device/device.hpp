#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "nacre/network.hpp"
#include "tools/common/sha256.hpp"
#include "tools/device/packet.hpp"
#include "tools/device/port.hpp"
#include "tools/session/model_file.hpp"
#include "tools/tensors/tensor_data.hpp"

namespace nacre::tools {

/// What a board says of itself.
struct DeviceFacts {
  std::uint32_t largest_payload, release, ticks_per_second, layers, text_bytes, inputs, outputs;
  bool has_ticks;
  Sha256Digest digest;
  std::string architecture;
};

/// Ticks of one run, layer by layer.
struct DeviceProfile {
  std::uint32_t ticks;
  std::vector<std::uint32_t> layers;  ///< in the order in which they ran; of a body none: it counts as its layer's
};

/// A board that answers as nacre_serve does. Each call asks again where a packet is lost, and throws Refusal where no
/// answer comes, the line has gone or the answer makes no sense.
class Device {
 public:
  /// Says hello. `port` must outlive this, `name` is what messages call it; `patience` is how long an answer may take.
  Device(SerialLine& port, std::string name, unsigned patience_seconds);

  const DeviceFacts& facts() const { return facts_; }
  const std::string& name() const { return name_; }

  /// Throws Refusal unless the board has this model.
  void require_model(const ModelFile& model);

  /// Gives the board the inputs that a network holds.
  void write_inputs(const Network& network);

  /// One run, whose ticks are `ticks()` then. Where `resets`, the state is zero before.
  Status run(bool resets);
  std::uint32_t ticks() const { return ticks_; }

  /// The outputs of the last run, of a network of the same model.
  std::vector<TensorData> outputs(const Network& network);

  /// One run that is timed, with the inputs of `network`; its state is zero before.
  DeviceProfile profile(const Network& network);

  /// Lets the board end. What fails now is of no matter.
  void bye() noexcept;

  /// How many packets were sent again, and how many came damaged.
  std::uint64_t repeated() const { return repeated_; }
  std::uint64_t damaged() const { return reader_.damaged(); }

 private:
  struct Fields {
    std::uint32_t flag = 0, index = 0, at = 0, length = 0, offset = 0;
  };

  Packet request(Request kind, const Fields& fields, std::span<const std::byte> bytes = {});
  std::optional<Packet> await(const Packet& asked, unsigned milliseconds);
  /// Asks until there is an answer. Its status may be any.
  Packet ask(Request kind, const Fields& fields, std::span<const std::byte> bytes = {});
  /// The same of what can only succeed, with an answer of at least so many bytes.
  std::vector<std::byte> ask_for(Request kind, const Fields& fields, std::size_t fewest,
                                 std::span<const std::byte> bytes = {});
  void write(unsigned index, std::span<const std::byte> bytes);
  std::optional<DeviceProfile> profile_once(const Network& network, unsigned milliseconds);
  [[noreturn]] void refuse(const std::string& what, const std::string& advice) const;
  [[noreturn]] void refuse_silence() const;

  SerialLine& port_;
  std::string name_;
  unsigned patience_seconds_;
  PacketReader reader_;
  std::uint16_t sequence_ = 0;
  std::uint64_t repeated_ = 0, answers_ = 0;
  std::uint32_t ticks_ = 0;
  DeviceFacts facts_{};
};

}  // namespace nacre::tools
