#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/network.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"

namespace nacre::schema {
struct GoldenVectors;
}

namespace nacre {

/// The golden vectors of a loaded model: inputs, with the outputs that every target must give. A
/// view: the model and the network's block must stay in place while it is used.
class Golden {
 public:
  /// Verifies the section, digest included, and that every case has tensors of the network's types
  /// and sizes. Gives golden_missing when the model has none, or was stripped of them.
  static Status open(Span<const std::byte> model, const Network& network, Golden* golden);

  std::uint32_t cases() const;
  /// Resets the state and writes the inputs of a case; run() is left to the caller.
  void feed(std::uint32_t index) const;
  /// Whether the network's outputs are those of the case, bit for bit; any NaN is as good as another.
  bool matches(std::uint32_t index) const;

 private:
  const schema::GoldenVectors* root_ = nullptr;
  const Network* network_ = nullptr;
};

/// Runs every golden case of `model`, from which `network` was loaded. The state is reset before and
/// after. Returns ok, or golden_missing, golden_mismatch, what verifying the section found, or what
/// run() returned; the case that failed is
/// named in `failed_case`, which may be null.
Status self_test(Span<const std::byte> model, const Network& network,
                 std::uint32_t* failed_case = nullptr);

}  // namespace nacre
