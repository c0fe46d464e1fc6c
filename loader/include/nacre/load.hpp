#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/kernel.hpp"
#include "nacre/network.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"

namespace nacre {

/// The newest format version that this reader knows. It moves when an older reader would misread a
/// file; NACRE_VERSION moves with every release.
constexpr std::uint16_t kFormatVersion = 1;

/// The part of the file in which a check failed.
enum class Part : std::uint8_t {
  file, header, model, tensors, shapes, kernels, layers, arguments, operators, inputs, outputs, weights,
};

/// "header"
const char* name(Part part);

/// Where a check failed.
struct Place {
  Part part = Part::file;
  std::uint16_t field = 0;   ///< number of the field in its table or struct, or of an argument
  std::uint32_t index = 0;   ///< element of the vector, or the layer of an operator
  std::uint32_t offset = 0;  ///< bytes from the start of the file, of what holds the field
};

/// The memory that a model needs, as its file states it. All three parts lie in one block.
struct MemoryNeeds {
  std::uint32_t alignment = 0;  ///< of the block's address, a power of two
  std::uint32_t network_bytes = 0;
  std::uint32_t activations_bytes = 0;
  std::uint32_t state_bytes = 0;
  std::uint32_t weights_bytes = 0;  ///< in the file, not in the block
  std::uint32_t total_bytes = 0;    ///< of the block
};

/// Whether load() compares the SHA-256 of the device section and of the weights with the file's.
/// Decline it where a boot loader has authenticated the image; nothing else can be declined.
enum class Digest : std::uint8_t { check, decline };

/// Verifies a model and rebuilds its network in `memory`. Nothing is copied but parameters of layers:
/// weights stay where they are.
///
/// `model`    address must be a multiple of 64; must stay in place and unchanged while `network` is
///            used (a file that another process truncates while it is mapped ends in SIGBUS).
/// `kernels`  the kernels that may be linked: nacre/kernels.hpp, or the list of `nacre codegen`.
/// `memory`   one block of MemoryNeeds::total_bytes, aligned to MemoryNeeds::alignment. Whatever the
///            result, a network that was loaded there before is lost.
/// `network`  written only when the result is ok.
/// `place`    where a check failed; may be null.
///
/// Stack use is independent of the model, on a Cortex-M4 at most 896 bytes, and 256 of Network::run(); there is no
/// recursion.
Status load(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, Network* network,
            Digest digest = Digest::check, Place* place = nullptr);

/// The SHA-256 that identifies a model, as its file states it: load() compares it with the bytes.
Status model_digest(Span<const std::byte> model, Span<const std::uint8_t>* bytes);

/// What load() will need; checks no more of the file than it reads.
Status memory_needs(Span<const std::byte> model, MemoryNeeds* needs, Place* place = nullptr);

}  // namespace nacre
