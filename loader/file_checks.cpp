// The stages that establish what the bytes are, before any layer is looked at.

#include "runtime/strict_float.hpp"  // first

#include "loader/loader.hpp"
#include "loader/sha256.hpp"

namespace nacre {
namespace {

constexpr bool kIsLittleEndian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
constexpr std::uint16_t kRequired = 1;  // flag of a section

bool is_known(std::uint16_t kind) {
  return kind >= static_cast<std::uint16_t>(schema::SectionKind::MIN) &&
         kind <= static_cast<std::uint16_t>(schema::SectionKind::MAX);
}

}  // namespace

void Loader::note(std::uint32_t fault, const void* address) {
  if (status_ != Status::ok) return;
  status_ = static_cast<Status>(fault >> 24);
  fault_ = fault;
  wrong_ = address;
}

Place Loader::place() const {
  const auto part = static_cast<Part>(fault_ >> 16 & 0xff);
  std::uint32_t index = index_;
  switch (part) {
    case Part::sections: index += number_in(sections_); break;
    case Part::memories: index += number_in(memories_); break;
    case Part::tensors: index += number_in(tensors_); break;
    case Part::kernels: index += number_in(needed_kernels_); break;
    case Part::inputs: index += number_in(inputs_); break;
    case Part::outputs: index += number_in(outputs_); break;
    default:
      if (layer_ != nullptr) index += static_cast<std::uint32_t>(layer_ - layers_.data());
  }
  return {part, static_cast<std::uint16_t>(fault_), index, offset_of(wrong_)};
}

bool Loader::map_is_usable() {
  constexpr std::size_t kSmallest = 256;  // no header fits in less
  if (model_.size() < kSmallest) return fail(Status::truncated, Part::file, 0, bytes());
  if (reinterpret_cast<std::uintptr_t>(bytes()) % kWeightsAlignment != 0)
    return fail(Status::model_misaligned, Part::file, 0, bytes());
  const auto* const identifier = bytes() + 4;
  const bool is_nacre = identifier[0] == 'N' && identifier[1] == 'A' && identifier[2] == 'C';
  if (is_nacre && identifier[3] == (kIsLittleEndian ? 'R' : 'B')) return true;
  const bool is_other = is_nacre && identifier[3] == (kIsLittleEndian ? 'B' : 'R');
  return fail(is_other ? Status::other_byte_order : Status::bad_magic, Part::file, 0, identifier);
}

std::size_t Loader::offset_of_field(unsigned field) const {
  using flatbuffers::voffset_t;
  const unsigned place = vtable_place(field);
  if (place >= flatbuffers::ReadScalar<voffset_t>(vtable_)) return 0;
  const auto in_table = flatbuffers::ReadScalar<voffset_t>(vtable_ + place);
  return in_table == 0 ? 0 : offset_of(root_) + in_table;
}

bool Loader::header_is_readable() {
  using flatbuffers::voffset_t;
  const std::size_t table = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(bytes());
  if (!has_room(table, sizeof(flatbuffers::soffset_t))) return fail(Status::malformed, Part::header, 0, bytes());
  root_ = bytes() + table;
  const std::size_t vtable = table - static_cast<std::size_t>(flatbuffers::ReadScalar<flatbuffers::soffset_t>(root_));
  if (vtable % sizeof(voffset_t) != 0 || vtable > model_.size() - sizeof(voffset_t))
    return fail(Status::malformed, Part::header, 0, bytes());
  vtable_ = bytes() + vtable;  // no earlier: there is no pointer to what lies outside
  const std::size_t vtable_bytes = flatbuffers::ReadScalar<voffset_t>(vtable_);
  if (vtable_bytes % sizeof(voffset_t) != 0 || vtable_bytes > model_.size() - vtable)
    return fail(Status::malformed, Part::header, 0, bytes());
  const std::size_t header = offset_of_field(field_number(schema::Model::VT_HEADER));
  if (header == 0 || !has_room(header, sizeof(schema::Header)))
    return fail(Status::malformed, Part::header, 0, bytes());
  header_ = reinterpret_cast<const schema::Header*>(bytes() + header);
  return true;
}

bool Loader::version_is_known() {
  const std::uint16_t version = header_->format_version();
  if (version != kFormatVersion)
    return fail(version > kFormatVersion ? Status::version_too_new : Status::version_too_old, Part::header, 0, header_);
  if (header_->features() != 0) return fail(Status::feature_unknown, Part::header, 2, header_);
  std::uint32_t reserved[3];
  static_assert(sizeof reserved == sizeof *header_->reserved(), "all of them");
  __builtin_memcpy(reserved, header_->reserved(), sizeof reserved);
  if ((reserved[0] | reserved[1] | reserved[2]) != 0)
    return fail(Status::feature_unknown, Part::header, 6, header_->reserved());
  // A field that this reader does not know would be a slot behind those that it does.
  const auto slots = flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable_);
  for (unsigned slot = schema::Model::VT_DESCRIPTION + 2; slot < slots; slot += 2)
    if (flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable_ + slot) != 0)
      return fail(Status::feature_unknown, Part::model, field_number(slot), vtable_ + slot);
  const std::uint32_t alignment = header_->alignment();
  if (alignment < kArenaAlignment || alignment > 4096 || (alignment & (alignment - 1)) != 0)
    return fail(Status::bad_memory_size, Part::header, 1, header_);
  return true;
}

bool Loader::sections_tile_the_file() {
  const std::uint32_t end = header_->file_size();
  constexpr unsigned kSections = field_number(schema::Model::VT_SECTIONS);
  if (!take(kSections, kSections + 1)) {
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
      return fail(Status::feature_unknown, Part::sections, 0, &section);
    if (section.offset() != expected || expected > end || section.size() > end - expected ||
        (section.size() != 0 && expected % kWeightsAlignment != 0))
      return fail(Status::bad_section, Part::sections, 2, &section);
    expected += section.size();
    if (required || kind == static_cast<std::uint16_t>(schema::SectionKind::weights)) ends_here = false;
    ends_here |= expected == model_.size();
  }
  if (expected != end || device_bytes_ < offset_of(header_))
    return fail(Status::bad_section, Part::header, 3, header_);
  if (model_.size() > end) return fail(Status::trailing_bytes, Part::file, 0, bytes());
  if (!ends_here) return fail(Status::truncated, Part::file, 0, bytes());
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
  hash.update({model_.data() + section.offset(), section.size()});
  return hash.gives(section.digest().sha256()->data());
}

bool Loader::digests_match() {
  constexpr std::size_t kBytes = sizeof(schema::Digest);
  const std::uint8_t* const stated = header_->digest().sha256()->data();
  const std::uint32_t hole = offset_of(stated);
  if (hole > device_bytes_ || device_bytes_ - hole < kBytes)
    return fail(Status::bad_section, Part::header, 7, header_);
  Sha256 hash;
  hash.update({model_.data(), hole});
  for (std::size_t i = 0; i < kBytes; ++i) hash.put(0);
  hash.update({model_.data() + hole + kBytes, device_bytes_ - hole - kBytes});
  if (!hash.gives(stated)) return fail(Status::digest_mismatch, Part::header, 7, stated);
  for (unsigned i = 0; const schema::Section* weights = section(schema::SectionKind::weights, i); ++i)
    if (!section_matches(*weights))
      return fail(Status::digest_mismatch, Part::weights, 0, bytes() + weights->offset(), i);
  return true;
}

bool Loader::take(unsigned field, unsigned end) {
  using flatbuffers::uoffset_t, flatbuffers::voffset_t;
  constexpr unsigned kFirst = field_number(schema::Model::VT_SECTIONS);
  static constexpr std::uint8_t kElementBytes[] = {
      sizeof(schema::Section), sizeof(schema::Memory), sizeof(schema::Tensor), 4, sizeof(schema::Kernel),
      sizeof(schema::Layer),   4,                      1,                      4, sizeof(schema::Port),
      sizeof(schema::Port)};
  static_assert(sizeof(ModelVectors) == sizeof kElementBytes * sizeof(AnyVector) &&
                    field_number(schema::Model::VT_OUTPUTS) == kFirst + sizeof kElementBytes - 1,
                "the vectors stand in the order of the table");
  auto* const vectors = reinterpret_cast<std::byte*>(static_cast<ModelVectors*>(this));
  const std::uint8_t *const file = bytes(), *const vtable = vtable_;
  const std::size_t table = offset_of(root_), last = model_.size() - sizeof(uoffset_t);  // where a length may stand
  const unsigned vtable_bytes = flatbuffers::ReadScalar<voffset_t>(vtable);  // the header is in it
  const unsigned there = vtable_bytes < vtable_place(end) ? field_number(vtable_bytes) : end;
  for (; field != there; ++field) {
    const std::size_t in_table = flatbuffers::ReadScalar<voffset_t>(vtable + vtable_place(field));
    const std::size_t place = table + in_table;
    if (in_table == 0 || in_table % 4 != 0 || place > last) break;
    const std::size_t distance = flatbuffers::ReadScalar<uoffset_t>(file + place);
    if (distance - 1 >= last - place || distance % 4 != 0) break;
    const std::uint8_t* const length = file + place + distance;
    auto* const vector = reinterpret_cast<AnyVector*>(vectors + (field - kFirst) * sizeof(AnyVector));
    vector->start = length + sizeof(uoffset_t);
    vector->count = flatbuffers::ReadScalar<uoffset_t>(length);
    if (std::uint64_t{vector->count} * kElementBytes[field - kFirst] > last - place - distance) break;
  }
  return field == end || fail(Status::malformed, Part::model, field, root_);
}

bool Loader::vectors_are_whole() {
  return take(field_number(schema::Model::VT_MEMORIES), field_number(schema::Model::VT_OUTPUTS) + 1);
}

}  // namespace nacre
