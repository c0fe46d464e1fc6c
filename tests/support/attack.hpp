#pragma once

#include <algorithm>
#include <vector>

#include "schema/model_generated.h"
#include "tests/support/guarded_pages.hpp"
#include "tests/support/trial.hpp"

namespace nacre::test {

/// A sound model, a copy of it to be changed, and a block of the memory that the sound one needs. Nobody may
/// touch what is around the copy and the block.
class Attack {
 public:
  explicit Attack(std::vector<std::byte> sound, Kernels kernels = reference_kernels())
      : sound_(std::move(sound)), kernels_(kernels), file_pages_(sound_.size() + 4096), memory_pages_(4096) {
    restore();
    MemoryNeeds needs;
    if (memory_needs(view(), &needs) == Status::ok) total_ = needs.total_bytes;
    memory_ = memory_pages_.place(total_);
  }

  Span<std::byte> file() { return file_; }
  Span<const std::byte> view() const { return {file_.data(), file_.size()}; }
  schema::Model& model() { return *schema::GetMutableModel(file_.data()); }
  schema::Header& header() { return *model().mutable_header(); }
  schema::Tensor& tensor(unsigned i) { return *model().mutable_tensors()->GetMutableObject(i); }
  schema::Layer& layer(unsigned i) { return *model().mutable_layers()->GetMutableObject(i); }
  schema::Memory& memory_record(unsigned i) { return *model().mutable_memories()->GetMutableObject(i); }
  schema::Section& section(unsigned i) { return *model().mutable_sections()->GetMutableObject(i); }
  /// The first section of a kind.
  schema::Section& section(schema::SectionKind kind) {
    unsigned i = 0;
    while (section(i).kind() != static_cast<std::uint16_t>(kind)) ++i;
    return section(i);
  }
  MemoryKind kind_of(const schema::Tensor& tensor) {
    return static_cast<MemoryKind>(memory_record(tensor.memory()).kind());
  }
  std::uint32_t* arguments() { return const_cast<std::uint32_t*>(model().arguments()->data()); }
  std::uint32_t offset_of(const void* address) const {
    return static_cast<std::uint32_t>(static_cast<const std::byte*>(address) - file_.data());
  }

  /// Memory of another size, or at an address that is `skew` more than a multiple of 64.
  Span<std::byte> memory(std::size_t bytes, std::size_t skew = 0) { return memory_ = memory_pages_.place(bytes, skew); }
  Span<std::byte> memory() { return memory_; }
  std::size_t total_bytes() const { return total_; }

  /// Loads the copy and, where that succeeds, runs it.
  Status run(Digest digest = Digest::decline) { return try_model(view(), kernels_, memory_, digest); }
  /// Loads the copy.
  Status load(Place* place = nullptr, Digest digest = Digest::decline) {
    Network network;
    return nacre::load(view(), kernels_, memory_, &network, digest, place);
  }
  /// What load() says after `change`, which is undone.
  template <typename Change>
  Status load_changed(Change change, Place* place = nullptr) {
    change();
    const Status status = load(place);
    restore();
    return status;
  }

  bool is_sound() const { return std::equal(sound_.begin(), sound_.end(), file_.begin(), file_.end()); }
  /// Makes the copy the sound model again; of another length where `bytes` are given.
  void restore() { file_ = file_pages_.place({sound_.data(), sound_.size()}); }
  void replace(const std::vector<std::byte>& bytes) { file_ = file_pages_.place({bytes.data(), bytes.size()}); }

 private:
  std::vector<std::byte> sound_;
  Kernels kernels_;
  GuardedPages file_pages_, memory_pages_;
  Span<std::byte> file_, memory_;
  std::size_t total_ = 0;
};

}  // namespace nacre::test
