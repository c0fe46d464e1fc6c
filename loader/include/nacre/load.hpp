#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/kernel.hpp"
#include "nacre/network.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"

namespace nacre {

/// The format version that this reader knows. It moves when an older reader would misread a file;
/// NACRE_VERSION moves with every release.
constexpr std::uint16_t kFormatVersion = 2;

/// The part of the file in which a check failed.
enum class Part : std::uint8_t {
  file, header, model, tensors, shapes, kernels, layers, arguments, operators, inputs, outputs, weights, sections,
  memories,
};

/// "header"
const char* name(Part part);

/// Where a check failed.
struct Place {
  Part part = Part::file;
  std::uint16_t field = 0;   ///< number of the field in its table or struct, or of an argument; of an operator's
                             ///< struct, the byte at which the field begins
  std::uint32_t index = 0;   ///< element of the vector, or the layer of an operator
  std::uint32_t offset = 0;  ///< bytes from the start of the file, of what holds the field
};

/// Blocks of memory by their number in the file: most models need one. A device with fast and slow memory may give
/// each a block.
using Blocks = Span<const Span<std::byte>>;
constexpr unsigned kMaxBlocks = 4;

/// The memory that a model needs, as its file states it. The network, then activations and state, lie in block 0 unless
/// the file puts a part of them in another.
struct MemoryNeeds {
  std::uint32_t alignment = 0;  ///< of each block's address, a power of two
  std::uint32_t network_bytes = 0;
  std::uint32_t activations_bytes = 0;  ///< in all blocks
  std::uint32_t state_bytes = 0;
  std::uint32_t weights_bytes = 0;  ///< in the file, not in a block
  std::uint32_t total_bytes = 0;    ///< of block 0
  std::uint32_t blocks = 1;         ///< how many there are
  std::uint32_t block_bytes[kMaxBlocks] = {};
};

/// Whether load() compares the SHA-256 of the device section and of the weights with the file's.
/// Decline it where a boot loader has authenticated the image; nothing else can be declined.
enum class Digest : std::uint8_t { check, decline };

/// Verifies a model and rebuilds its network in `memory`. Nothing is copied: weights and parameters of layers stay
/// where they are. Verified is also that no layer reads bytes that are not what it asks for, whatever the plan of the
/// file (bad_plan).
///
/// `model`    address must be a multiple of 64; must stay in place and unchanged while `network` is
///            used (a file that another process truncates while it is mapped ends in SIGBUS).
/// `kernels`  the kernels that may be linked: nacre/kernels.hpp, or the list of `nacre codegen`.
/// `memory`   one block of MemoryNeeds::total_bytes, aligned to MemoryNeeds::alignment. Whatever the
///            result, a network that was loaded there before is lost.
/// `network`  written only when the result is ok.
/// `place`    where a check failed; may be null.
///
/// Stack use is independent of the model, on a Cortex-M4 at most 1216 bytes, without recursion. Network::run() takes
/// 608 (1152 on a Cortex-M55), 128 more for each loop around a layer, of which there are four at most, 448 more
/// where layers are fused, and 224 where one looks for neighbours or terms.
Status load(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, Network* network,
            Digest digest = Digest::check, Place* place = nullptr);
/// The same with several blocks: block i has at least MemoryNeeds::block_bytes[i] bytes.
Status load(Span<const std::byte> model, Kernels kernels, Blocks blocks, Network* network,
            Digest digest = Digest::check, Place* place = nullptr);

/// The SHA-256 that identifies a model, as its file states it: load() compares it with the bytes.
Status model_digest(Span<const std::byte> model, Span<const std::uint8_t>* bytes);

/// What load() will need; checks no more of the file than it reads.
Status memory_needs(Span<const std::byte> model, MemoryNeeds* needs, Place* place = nullptr);

}  // namespace nacre
