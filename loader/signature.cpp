#include "runtime/strict_float.hpp"  // first

#include "nacre/signature.hpp"

#include "loader/loader.hpp"
#include "loader/signed_message.hpp"

namespace nacre {
namespace {

bool are_same(const std::uint8_t* a, const std::uint8_t* b, std::size_t bytes) {
  std::uint8_t differing = 0;
  for (std::size_t i = 0; i < bytes; ++i) differing |= a[i] ^ b[i];
  return differing == 0;
}

}  // namespace

/// All that is used before this has passed: the way to header and table of sections, these two, and the signature. The
/// digest of the header covers the way too.
bool Loader::signature_holds(const Trust& trust) {
  const schema::Section* const section = this->section(schema::SectionKind::signature);
  if (section == nullptr || section->size() == 0)
    return fail(Status::signature_missing, Part::header, 0, header_);
  if (section->size() < sizeof(schema::Signature)) return fail(Status::bad_section, Part::sections, 3, section);
  const auto& signature = *reinterpret_cast<const schema::Signature*>(bytes() + section->offset());
  std::uint8_t reserved = 0;
  for (const std::uint8_t byte : *signature.reserved()) reserved |= byte;
  if (signature.algorithm() != SignedMessage::kEd25519 || reserved != 0)
    return fail(Status::feature_unknown, Part::sections, 0, section);
  constexpr std::size_t kLength = sizeof(flatbuffers::uoffset_t);
  const SignedMessage message(&signature, header_,
                              {reinterpret_cast<const std::byte*>(sections_.start) - kLength,
                               kLength + sections_.count * sizeof(schema::Section)});
  Status status = Status::key_unknown;
  for (const PublicKey& key : trust.keys) {
    if (!are_same(key.id, signature.key()->data(), sizeof key.id)) continue;
    status = Status::bad_signature;
    if (trust.verify(trust.context, key.bytes, message.bytes(), sizeof message, signature.signature()->data()) != 0)
      continue;
    return header_->rollback() >= trust.minimum_rollback || fail(Status::rolled_back, Part::header, 5, header_);
  }
  return fail(status, Part::sections, 0, section);
}

Status check_signature(Span<const std::byte> model, const Trust& trust, std::uint32_t* rollback, Place* place) {
  if (model.data() == nullptr || trust.verify == nullptr || (trust.keys.data() == nullptr && !trust.keys.empty()))
    return Status::null_argument;
  Loader loader(model, {}, {});
  if (loader.map_is_usable() && loader.header_is_readable() && loader.version_is_known() &&
      loader.sections_tile_the_file() && loader.signature_holds(trust)) {
    if (rollback != nullptr) *rollback = loader.header().rollback();
  } else if (place != nullptr) {
    *place = loader.place();
  }
  return loader.status();
}

Status load_signed(Span<const std::byte> model, Kernels kernels, Blocks blocks, const Trust& trust, Network* network,
                   Place* place) {
  const Status status = check_signature(model, trust, nullptr, place);
  return status == Status::ok ? load(model, kernels, blocks, network, Digest::check, place) : status;
}

Status load_signed(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, const Trust& trust,
                   Network* network, Place* place) {
  const Span<std::byte> blocks[] = {memory};
  return load_signed(model, kernels, Blocks(blocks), trust, network, place);
}

}  // namespace nacre
