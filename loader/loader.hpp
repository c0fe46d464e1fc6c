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
  static constexpr std::uint32_t kMaxTexts = 255;  ///< each is compared with every tensor
  static constexpr std::uint32_t kWeightsAlignment = 64;
  static constexpr std::uint32_t kArenaAlignment = 16;

  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(model_.data()); }
  std::uint32_t offset_of(const void* address) const {
    return static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(address) - bytes());
  }
  /// Notes a failure at `address` inside the file; the first one counts. Returns false.
  [[gnu::cold]] bool fail(Status status, Part part, unsigned field, std::uint32_t index, const void* address);
  /// The number of a field of a table, from its place in the vtable (VT_… of generated code).
  static constexpr unsigned field_id(unsigned vtable_place) { return (vtable_place - 4) / 2; }
  /// The field for which tensors_are_valid() refuses a tensor that has `room` bytes.
  [[gnu::cold]] unsigned wrong_field(const TensorRecord& tensor, std::uint32_t room) const;
  bool ports_are_valid(Span<const PortRecord> ports, Part part);
  /// Whether the caller or a layer writes the tensor before a layer reads it.
  bool is_filled_first(std::uint32_t tensor) const;
  /// Bytes of the tensor's elements; 0 where a dimension is 0 or the product leaves 32 bits.
  std::uint32_t bytes_of(const TensorRecord& tensor) const;
  /// Verifies a vector of the root table and, if it is whole, lets `elements` see it in place.
  template <typename T>
  bool take(flatbuffers::voffset_t field, Span<const T>* elements) {
    const std::uint8_t* const vector = whole_vector(field, sizeof(T));
    if (vector == nullptr) return false;
    *elements = {reinterpret_cast<const T*>(vector + sizeof(flatbuffers::uoffset_t)),
                 flatbuffers::ReadScalar<flatbuffers::uoffset_t>(vector)};
    return true;
  }
  const std::uint8_t* whole_vector(flatbuffers::voffset_t field, std::size_t element_bytes);
  /// Makes `kernel_` the one that row `row` of the model's kernels asks for.
  bool find_kernel(std::uint32_t row, std::uint32_t layer);
  bool layer_is_valid(LayerCheck& check, std::uint32_t index);
  /// The table of operator `index`, which nobody has verified yet: it may lie anywhere.
  const std::uint8_t* operator_table(std::uint32_t index) const {
    const auto* offset = reinterpret_cast<const std::uint8_t*>(operators_.data() + index);
    return offset + flatbuffers::ReadScalar<flatbuffers::uoffset_t>(offset);
  }
  /// Whether `table`, that of operator `index`, is whole because a table of the same operator with
  /// the same vtable is, which lies behind it and at the same place modulo 4: all that FlatBuffers'
  /// verifier asks of scalars is that they are aligned and end within the file.
  bool is_like_the_last(const std::uint8_t* table, std::uint32_t index) const {
    const auto vtable = [](const std::uint8_t* start) {
      return start - flatbuffers::ReadScalar<flatbuffers::soffset_t>(start);
    };
    return table < whole_ && (whole_ - table) % 4 == 0 &&
           table > reinterpret_cast<const std::uint8_t*>(operators_.data() + index) &&
           vtable(table) == vtable(whole_);
  }

  Span<const std::byte> model_;
  Kernels kernels_;
  Span<std::byte> memory_;
  Place* place_;
  flatbuffers::Verifier verifier_;
  const schema::Model* root_ = nullptr;
  const schema::Header* header_ = nullptr;
  // The vectors of the root table.
  Span<const TensorRecord> tensors_;
  Span<const std::uint32_t> shapes_;
  Span<const schema::Kernel> needed_kernels_;
  Span<const schema::Layer> layers_;
  Span<const std::uint16_t> arguments_;
  Span<const Operator> operator_types_;
  Span<const flatbuffers::uoffset_t> operators_;
  Span<const PortRecord> inputs_;
  Span<const PortRecord> outputs_;
  Span<const std::uint8_t> weights_;
  std::uint32_t arguments_used_ = 0;
  std::uint32_t network_used_ = 0;
  std::uint32_t texts_ = 0;  ///< tensors of type string
  // The kernel of the layer at hand, its place in the list, and its row among the model's kernels.
  const Kernel* kernel_ = nullptr;
  std::uint16_t kernel_index_ = 0;
  std::uint32_t kernel_row_ = ~0u;
  // The table verified last, if it was for the same kernel.
  const std::uint8_t* whole_ = nullptr;
  Status status_ = Status::ok;
};

}  // namespace nacre
