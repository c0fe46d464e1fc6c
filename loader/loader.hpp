#pragma once

#include "loader/flatbuffer.hpp"
#include "nacre/load.hpp"

namespace nacre {

/// One load() in progress. Each stage is a function that returns false after noting the first
/// failure; load.cpp calls them in the order in which bytes become trusted.
class Loader {
 public:
  Loader(Span<const std::byte> model, Kernels kernels, Span<std::byte> memory, Place* place)
      : model_(model),
        kernels_(kernels),
        memory_(memory),
        place_(place),
        verifier_(bytes(), model.size(), kMaxDepth, kMaxTables, true) {}

  bool map_is_usable();
  bool header_is_readable();
  bool version_is_known();
  bool sections_tile_the_file();
  bool digests_match();
  bool vectors_are_whole();
  bool memory_suffices();
  bool tensors_are_valid();
  bool ports_are_valid(const flatbuffers::Vector<const schema::Port*>* ports, Part part);
  bool layers_are_valid();
  bool strings_stand_apart();
  void finish(Network* network);

  bool section_matches(const schema::Section& section) const;

  Status status() const { return status_; }
  const schema::Header& header() const { return *header_; }

 private:
  friend class LayerCheck;

  static constexpr flatbuffers::uoffset_t kMaxDepth = 4;
  static constexpr flatbuffers::uoffset_t kMaxTables = 1 << 20;
  static constexpr std::uint32_t kWeightsAlignment = 64;
  static constexpr std::uint32_t kArenaAlignment = 16;

  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(model_.data()); }
  std::uint32_t offset_of(const void* address) const {
    return static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(address) - bytes());
  }
  /// Notes a failure at `address` inside the file; the first one counts. Returns false.
  bool fail(Status status, Part part, unsigned field, std::uint32_t index, const void* address);
  const Kernel* find(const schema::Kernel& wanted) const;
  bool layer_is_valid(std::uint32_t index, std::uint32_t first_argument);

  Span<const std::byte> model_;
  Kernels kernels_;
  Span<std::byte> memory_;
  Place* place_;
  flatbuffers::Verifier verifier_;
  const schema::Model* root_ = nullptr;
  const schema::Header* header_ = nullptr;
  // The vectors of the root table, looked up once.
  const TensorRecord* tensors_ = nullptr;
  const std::uint32_t* shapes_ = nullptr;
  const schema::Layer* layers_ = nullptr;
  const std::uint16_t* arguments_ = nullptr;
  const flatbuffers::Vector<schema::Operator>* operator_types_ = nullptr;
  const flatbuffers::Vector<flatbuffers::Offset<void>>* operators_ = nullptr;
  std::uint32_t tensor_count_ = 0;
  std::uint32_t layer_count_ = 0;
  std::uint32_t argument_count_ = 0;
  std::uint32_t network_used_ = 0;
  Status status_ = Status::ok;
};

}  // namespace nacre
