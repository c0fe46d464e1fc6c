// The stages that establish what the bytes are, before any layer is looked at.

#include "runtime/strict_float.hpp"  // first

#include "loader/loader.hpp"
#include "loader/sha256.hpp"

namespace nacre {
namespace {

constexpr unsigned char kOrders[2][4] = {{'N', 'A', 'C', 'R'}, {'N', 'A', 'C', 'B'}};  // little-endian, big-endian
constexpr unsigned kOwnOrder = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 1;
constexpr std::uint16_t kRequired = 1;  // flag of a section

bool is_known(std::uint16_t kind) {
  return kind >= static_cast<std::uint16_t>(schema::SectionKind::MIN) &&
         kind <= static_cast<std::uint16_t>(schema::SectionKind::MAX);
}

}  // namespace

bool Loader::fail(Status status, Part part, unsigned field, std::uint32_t index,
                  const void* address) {
  if (status_ == Status::ok) {
    status_ = status;
    if (place_ != nullptr)
      *place_ = {part, static_cast<std::uint16_t>(field), index, offset_of(address)};
  }
  return false;
}

bool Loader::map_is_usable() {
  constexpr std::size_t kSmallest = 256;  // no header fits in less
  if (model_.size() < kSmallest) return fail(Status::truncated, Part::file, 0, 0, bytes());
  if (reinterpret_cast<std::uintptr_t>(bytes()) % kWeightsAlignment != 0)
    return fail(Status::model_misaligned, Part::file, 0, 0, bytes());
  const auto* const identifier = bytes() + 4;
  if (memcmp(identifier, kOrders[1 - kOwnOrder], 4) == 0)
    return fail(Status::other_byte_order, Part::file, 0, 0, identifier);
  if (memcmp(identifier, kOrders[kOwnOrder], 4) != 0) return fail(Status::bad_magic, Part::file, 0, 0, identifier);
  return true;
}

bool Loader::header_is_readable() {
  const auto start = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(bytes());
  if (start >= model_.size()) return fail(Status::malformed, Part::file, 0, 0, bytes());
  const auto* table = reinterpret_cast<const flatbuffers::Table*>(bytes() + start);
  if (!table->VerifyTableStart(verifier_) ||
      !table->VerifyFieldRequired<schema::Header>(verifier_, schema::Model::VT_HEADER, 4))
    return fail(Status::malformed, Part::header, 0, 0, bytes());
  root_ = reinterpret_cast<const schema::Model*>(table);
  header_ = root_->header();
  return true;
}

bool Loader::version_is_known() {
  const std::uint16_t version = header_->format_version();
  if (version != kFormatVersion)
    return fail(version > kFormatVersion ? Status::version_too_new : Status::version_too_old, Part::header, 0, 0,
                header_);
  if (header_->features() != 0) return fail(Status::feature_unknown, Part::header, 2, 0, header_);
  for (const std::uint8_t byte : *header_->reserved())
    if (byte != 0) return fail(Status::feature_unknown, Part::header, 6, 0, header_->reserved());
  // A field that this reader does not know would be a slot behind those that it does.
  const auto* const table = reinterpret_cast<const std::uint8_t*>(root_);
  const auto* const vtable = table - flatbuffers::ReadScalar<flatbuffers::soffset_t>(table);
  const auto size = flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable);
  for (unsigned slot = schema::Model::VT_DESCRIPTION + 2; slot < size; slot += 2)
    if (flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable + slot) != 0)
      return fail(Status::feature_unknown, Part::model, field_id(slot), 0, vtable + slot);
  const std::uint32_t alignment = header_->alignment();
  if (alignment < kArenaAlignment || alignment > 4096 || (alignment & (alignment - 1)) != 0)
    return fail(Status::bad_memory_size, Part::header, 1, 0, header_);
  return true;
}

bool Loader::sections_tile_the_file() {
  const std::uint32_t end = header_->file_size();
  if (!take(schema::Model::VT_SECTIONS, &sections_)) {
    if (model_.size() < end) status_ = Status::truncated;  // what is missing explains what is wrong
    return false;
  }
  std::uint32_t expected = sections_.empty() ? end : sections_[0].offset();
  device_bytes_ = expected;
  bool ends_here = expected == model_.size();  // where a file may: before sections that nobody must have
  for (std::uint32_t i = 0; i < sections_.size(); ++i) {
    const schema::Section& section = sections_[i];
    const auto kind = static_cast<std::uint16_t>(section.kind());
    const bool required = (section.flags() & kRequired) != 0;
    if (section.flags() > kRequired || section.reserved() != 0 || (required && !is_known(kind)))
      return fail(Status::feature_unknown, Part::sections, 0, i, &section);
    if (section.offset() != expected || expected > end || section.size() > end - expected ||
        (section.size() != 0 && expected % kWeightsAlignment != 0))
      return fail(Status::bad_section, Part::sections, 2, i, &section);
    expected += section.size();
    if (required || kind == static_cast<std::uint16_t>(schema::SectionKind::weights)) ends_here = false;
    ends_here |= expected == model_.size();
  }
  if (expected != end || device_bytes_ < offset_of(header_))
    return fail(Status::bad_section, Part::header, 3, 0, header_);
  if (model_.size() > end) return fail(Status::trailing_bytes, Part::file, 0, 0, bytes());
  if (!ends_here) return fail(Status::truncated, Part::file, 0, 0, bytes());
  return true;
}

const schema::Section* Loader::section(schema::SectionKind kind, unsigned number) const {
  for (const schema::Section& section : sections_) {
    if (section.kind() != static_cast<std::uint16_t>(kind) || number-- != 0) continue;
    return section.offset() + section.size() <= model_.size() ? &section : nullptr;
  }
  return nullptr;
}

bool Loader::section_matches(const schema::Section& section) const {
  Sha256 hash;
  std::uint8_t digest[32];
  hash.update({model_.data() + section.offset(), section.size()});
  hash.finish(digest);
  return memcmp(digest, &section.digest(), sizeof digest) == 0;
}

bool Loader::digests_match() {
  constexpr std::byte kZeros[32] = {};
  const auto& stated = header_->digest();
  const std::uint32_t hole = offset_of(&stated);
  if (hole > device_bytes_ || device_bytes_ - hole < sizeof kZeros)
    return fail(Status::bad_section, Part::header, 7, 0, header_);
  Sha256 hash;
  std::uint8_t digest[32];
  hash.update({model_.data(), hole});
  hash.update(kZeros);
  hash.update({model_.data() + hole + sizeof kZeros, device_bytes_ - hole - sizeof kZeros});
  hash.finish(digest);
  if (memcmp(digest, &stated, sizeof digest) != 0)
    return fail(Status::digest_mismatch, Part::header, 7, 0, &stated);
  for (unsigned i = 0; const schema::Section* weights = section(schema::SectionKind::weights, i); ++i)
    if (!section_matches(*weights))
      return fail(Status::digest_mismatch, Part::weights, 0, i, bytes() + weights->offset());
  return true;
}

const std::uint8_t* Loader::whole_vector(flatbuffers::voffset_t field, std::size_t element_bytes) {
  using Length = flatbuffers::uoffset_t;
  const auto* const table = reinterpret_cast<const flatbuffers::Table*>(root_);
  if (const flatbuffers::voffset_t place = table->GetOptionalFieldOffset(field)) {
    const std::size_t offset = offset_of(root_) + place;
    // What VerifyVector does, but for its division.
    const std::size_t start = offset + verifier_.VerifyOffset(offset);
    if (start != offset && verifier_.Verify<Length>(start) &&
        std::uint64_t{flatbuffers::ReadScalar<Length>(bytes() + start)} * element_bytes <=
            model_.size() - start - sizeof(Length))
      return bytes() + start;
  }
  fail(Status::malformed, Part::model, field_id(field), 0, root_);
  return nullptr;
}

bool Loader::vectors_are_whole() {
  using Model = schema::Model;
  return take(Model::VT_MEMORIES, &memories_) && take(Model::VT_TENSORS, &tensors_) &&
         take(Model::VT_SHAPES, &shapes_) && take(Model::VT_KERNELS, &needed_kernels_) &&
         take(Model::VT_LAYERS, &layers_) && take(Model::VT_ARGUMENTS, &arguments_) &&
         take(Model::VT_OPERATORS_TYPE, &operator_types_) && take(Model::VT_OPERATORS, &operators_) &&
         take(Model::VT_INPUTS, &inputs_) && take(Model::VT_OUTPUTS, &outputs_);
}

}  // namespace nacre
