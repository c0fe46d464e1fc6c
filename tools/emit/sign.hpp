#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "schema/model_generated.h"
#include "tools/common/ed25519.hpp"
#include "tools/common/sha256.hpp"
#include "tools/emit/byte_order.hpp"

namespace nacre::tools {

/// A whole, valid model file of this machine's byte order, signed: with a section for the signature behind its weights,
/// unless it has one, with this rollback counter, and with digests made anew. The rest stays what it was. A file for
/// processors of the other byte order is swapped before it is signed.
std::vector<std::byte> signed_model(std::span<const std::byte> file, const Ed25519Key& private_key,
                                    std::optional<std::uint32_t> rollback, ByteOrder order = ByteOrder::little);

/// What signs a model whose sections have been verified; null where nothing does, or it was cut off.
const schema::Signature* signature_of(std::span<const std::byte> file);

/// The digest that the table should state of a section: the bytes of a signature count as zeros.
Sha256Digest digest_of(std::span<const std::byte> file, const schema::Section& section);

}  // namespace nacre::tools
