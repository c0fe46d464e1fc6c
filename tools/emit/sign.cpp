#include "tools/emit/sign.hpp"

#include <algorithm>
#include <cstring>

#include "loader/signed_message.hpp"
#include "tools/emit/digests.hpp"

namespace nacre::tools {
namespace {

using schema::Section;
using schema::SectionKind;

constexpr std::uint32_t kLength = sizeof(flatbuffers::uoffset_t);

bool is_of(const Section& section, SectionKind kind) { return section.kind() == static_cast<std::uint16_t>(kind); }

/// Whether firmware may not cut a file off before this section.
bool is_needed(const Section& section) { return section.flags() != 0 || is_of(section, SectionKind::weights); }

const Section* find_signature(std::span<const std::byte> file) {
  for (const Section* section : *schema::GetModel(file.data())->sections())
    if (is_of(*section, SectionKind::signature) && section->size() != 0) return section;
  return nullptr;
}

/// Moves the parts of a file apart: its table of sections, which becomes longer, goes to the end of the device section,
/// and the signature behind the last section that firmware needs.
class Widened {
 public:
  explicit Widened(std::span<const std::byte> file) : from_(file), model_(*schema::GetModel(file.data())) {
    for (const Section* section : *model_.sections()) sections_.push_back(*section);
    const auto last = std::find_if(sections_.rbegin(), sections_.rend(), is_needed);
    signature_ = static_cast<std::size_t>(sections_.rend() - last);
    device_bytes_ = sections_.empty() ? from_.size() : sections_.front().offset();
  }

  std::vector<std::byte> run() {
    append(0, device_bytes_);
    pad(kLength, 0);
    table_ = to_.size();
    to_.resize(table_ + kLength + (sections_.size() + 1) * sizeof(Section));
    for (std::size_t i = 0; i < sections_.size(); ++i) {
      if (i == signature_) add_signature();
      add(sections_[i], i == 0 || i == signature_);
    }
    if (signature_ == sections_.size()) add_signature();
    close();
    return std::move(to_);
  }

 private:
  void append(std::size_t begin, std::size_t bytes) {
    const auto at = from_.begin() + static_cast<std::ptrdiff_t>(begin);
    to_.insert(to_.end(), at, at + static_cast<std::ptrdiff_t>(bytes));
  }

  void pad(std::size_t grid, std::size_t behind) { to_.resize((to_.size() + behind + grid - 1) / grid * grid); }

  void add_signature() {
    pad(64, 0);
    moved_.emplace_back(static_cast<std::uint16_t>(SectionKind::signature), std::uint16_t{0},
                        static_cast<std::uint32_t>(to_.size()), 0u, 0u, schema::Digest{});
    to_.resize(to_.size() + sizeof(schema::Signature));
  }

  /// Where something has come between a section and what was before it, the length of its vector comes along.
  void add(Section section, bool is_apart) {
    if (is_apart) {
      pad(64, kLength);
      std::copy_n(from_.begin() + (section.offset() - kLength), kLength, to_.end() - kLength);
    }
    const std::uint32_t from = section.offset();
    section.mutate_offset(static_cast<std::uint32_t>(to_.size()));
    moved_.push_back(section);
    append(from, section.size());
  }

  /// Writes the table, and where vectors have gone.
  void close() {
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      const std::size_t end = i + 1 < moved_.size() ? moved_[i + 1].offset() : to_.size();
      moved_[i].mutate_size(static_cast<std::uint32_t>(end) - moved_[i].offset());
    }
    const auto old = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(model_.sections()) - from_.data());
    std::fill_n(to_.begin() + static_cast<std::ptrdiff_t>(old), kLength + sections_.size() * sizeof(Section),
                std::byte{0});
    const auto count = static_cast<std::uint32_t>(moved_.size());
    std::memcpy(to_.data() + table_, &count, kLength);
    std::memcpy(to_.data() + table_ + kLength, moved_.data(), moved_.size() * sizeof(Section));
    point(schema::Model::VT_SECTIONS, table_);
    const std::pair<SectionKind, flatbuffers::voffset_t> vectors[] = {
        {SectionKind::weights, schema::Model::VT_WEIGHTS},
        {SectionKind::golden, schema::Model::VT_GOLDEN},
        {SectionKind::description, schema::Model::VT_DESCRIPTION}};
    for (const auto& [kind, field] : vectors) {
      const auto is_it = [wanted = kind](const Section& section) { return is_of(section, wanted); };
      const auto found = std::find_if(moved_.begin(), moved_.end(), is_it);
      if (found != moved_.end()) point(field, found->offset() - kLength);
    }
    schema::GetMutableModel(to_.data())->mutable_header()->mutate_file_size(static_cast<std::uint32_t>(to_.size()));
  }

  /// Lets a field of the root table, where it is there, lead to a vector.
  void point(flatbuffers::voffset_t field, std::size_t vector) {
    auto* const table = reinterpret_cast<flatbuffers::Table*>(schema::GetMutableModel(to_.data()));
    const flatbuffers::voffset_t in_table = table->GetOptionalFieldOffset(field);
    if (in_table == 0) return;
    auto* const place = reinterpret_cast<std::byte*>(table) + in_table;
    const auto distance = static_cast<std::uint32_t>(vector - static_cast<std::size_t>(place - to_.data()));
    std::memcpy(place, &distance, sizeof distance);
  }

  std::span<const std::byte> from_;
  const schema::Model& model_;
  std::vector<Section> sections_, moved_;
  std::size_t device_bytes_, signature_, table_ = 0;  ///< `signature_`: so many sections come before it
  std::vector<std::byte> to_;
};

}  // namespace

std::vector<std::byte> signed_model(std::span<const std::byte> file, const Ed25519Key& private_key,
                                    std::optional<std::uint32_t> rollback, ByteOrder order) {
  std::vector<std::byte> result =
      find_signature(file) != nullptr ? std::vector(file.begin(), file.end()) : Widened(file).run();
  schema::Model& model = *schema::GetMutableModel(result.data());
  schema::Header& header = *model.mutable_header();
  if (rollback) header.mutate_rollback(*rollback);
  auto* const signature = reinterpret_cast<schema::Signature*>(result.data() + find_signature(result)->offset());
  *signature = schema::Signature{};
  signature->mutate_algorithm(SignedMessage::kEd25519);
  const KeyId id = id_of(public_key_of(private_key));
  std::memcpy(signature->mutable_key()->Data(), id.data(), id.size());
  write_digests(result, digested_bytes(result));
  const auto* const table = reinterpret_cast<const std::byte*>(model.sections());
  const std::size_t table_bytes = kLength + model.sections()->size() * sizeof(Section);
  if (order == ByteOrder::big) swap_byte_order(result);  // nothing moves
  const SignedMessage message(signature, &header, {table, table_bytes});
  const Ed25519Signature made = sign_ed25519(private_key, {message.bytes(), sizeof message});
  std::memcpy(signature->mutable_signature()->Data(), made.data(), made.size());
  return result;
}

const schema::Signature* signature_of(std::span<const std::byte> file) {
  const Section* const section = find_signature(file);
  if (section == nullptr || section->size() < sizeof(schema::Signature) ||
      section->offset() + section->size() > file.size())
    return nullptr;
  return reinterpret_cast<const schema::Signature*>(file.data() + section->offset());
}

Sha256Digest digest_of(std::span<const std::byte> file, const Section& section) {
  const std::span<const std::byte> bytes = file.subspan(section.offset(), section.size());
  if (!is_of(section, SectionKind::signature) || bytes.size() < sizeof(schema::Signature)) return sha256(bytes);
  std::vector<std::byte> unsigned_bytes(bytes.begin(), bytes.end());
  std::fill_n(unsigned_bytes.begin() + SignedMessage::kNamed, sizeof(Ed25519Signature), std::byte{0});
  return sha256(unsigned_bytes);
}

}  // namespace nacre::tools
