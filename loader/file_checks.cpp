// The stages that establish what the bytes are, before any layer is looked at.

#include "loader/loader.hpp"
#include "loader/sha256.hpp"

namespace nacre {

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
  if (flatbuffers::ReadScalar<std::uint32_t>(bytes() + 4) !=
      flatbuffers::ReadScalar<std::uint32_t>(schema::ModelIdentifier()))
    return fail(Status::bad_magic, Part::file, 0, 0, bytes() + 4);
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
  if (header_->format_version() == 0 || header_->format_version() > kFormatVersion)
    return fail(Status::version_too_new, Part::header, 0, 0, header_);
  if (header_->features() != 0) return fail(Status::feature_unknown, Part::header, 2, 0, header_);
  const std::uint32_t alignment = header_->alignment();
  if (alignment < kArenaAlignment || alignment > 4096 || (alignment & (alignment - 1)) != 0)
    return fail(Status::bad_memory_size, Part::header, 1, 0, header_);
  return true;
}

bool Loader::sections_tile_the_file() {
  const schema::Section* const sections[] = {&header_->weights(), &header_->golden(),
                                             &header_->description()};
  const std::uint32_t end = header_->file_size();
  std::uint32_t expected = sections[0]->offset();
  bool stripped_here = false;
  for (unsigned i = 0; i < 3; ++i) {
    const schema::Section* const section = sections[i];
    if (section->offset() != expected || section->size() > end - expected || expected > end ||
        (section->size() != 0 && expected % kWeightsAlignment != 0))
      return fail(Status::bad_section, Part::header, 7 + i, 0, section);
    expected += section->size();
    stripped_here |= expected == model_.size();
  }
  if (expected != end) return fail(Status::bad_section, Part::header, 3, 0, header_);
  if (model_.size() > end) return fail(Status::trailing_bytes, Part::file, 0, 0, bytes());
  if (!stripped_here) return fail(Status::truncated, Part::file, 0, 0, bytes());
  return true;
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
  const std::uint32_t device_bytes = header_->weights().offset();
  if (hole > device_bytes || device_bytes - hole < sizeof kZeros)
    return fail(Status::bad_section, Part::header, 10, 0, header_);
  Sha256 hash;
  std::uint8_t digest[32];
  hash.update({model_.data(), hole});
  hash.update(kZeros);
  hash.update({model_.data() + hole + sizeof kZeros, device_bytes - hole - sizeof kZeros});
  hash.finish(digest);
  if (memcmp(digest, &stated, sizeof digest) != 0)
    return fail(Status::digest_mismatch, Part::header, 10, 0, &stated);
  if (!section_matches(header_->weights()))
    return fail(Status::digest_mismatch, Part::weights, 0, 0, bytes() + device_bytes);
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
  const bool whole = take(Model::VT_TENSORS, &tensors_) && take(Model::VT_SHAPES, &shapes_) &&
                     take(Model::VT_KERNELS, &needed_kernels_) &&
                     take(Model::VT_LAYERS, &layers_) && take(Model::VT_ARGUMENTS, &arguments_) &&
                     take(Model::VT_OPERATORS_TYPE, &operator_types_) &&
                     take(Model::VT_OPERATORS, &operators_) && take(Model::VT_INPUTS, &inputs_) &&
                     take(Model::VT_OUTPUTS, &outputs_) && take(Model::VT_WEIGHTS, &weights_);
  if (!whole) return false;
  if (offset_of(weights_.data()) != header_->weights().offset() ||
      weights_.size() > header_->weights().size())
    return fail(Status::bad_section, Part::weights, 0, 0, weights_.data());
  return true;
}

bool Loader::memory_suffices() {
  const std::uint32_t parts[] = {header_->activations_bytes(), header_->state_bytes(),
                                 header_->network_bytes()};
  std::uint32_t total = 0;
  for (unsigned i = 0; i < 3; ++i)
    if (parts[i] % kArenaAlignment != 0 || __builtin_add_overflow(total, parts[i], &total))
      return fail(Status::bad_memory_size, Part::header, 4 + i, 0, header_);
  if (memory_.size() < total) return fail(Status::memory_too_small, Part::header, 4, 0, header_);
  if (reinterpret_cast<std::uintptr_t>(memory_.data()) % header_->alignment() != 0)
    return fail(Status::memory_misaligned, Part::header, 1, 0, header_);
  return true;
}

}  // namespace nacre
