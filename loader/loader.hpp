#pragma once

#include "loader/flatbuffer.hpp"
#include "nacre/load.hpp"

namespace nacre {

struct Trust;

/// A range of bytes in which tensors lie: the file's own record, read in place.
using MemoryRecord = Network::MemoryRecord;

/// A vector of the root table, in place; verified by Loader::take().
struct AnyVector {
  const std::uint8_t* start;
  std::uint32_t count;
};
template <typename T>
struct Vector : AnyVector {
  const T* data() const { return reinterpret_cast<const T*>(start); }
  std::uint32_t size() const { return count; }
  bool empty() const { return count == 0; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + count; }
  const T& operator[](std::uint32_t index) const { return data()[index]; }
};

/// The vectors of the root table, in its order: Loader::take() goes by their places.
struct ModelVectors {
  Vector<schema::Section> sections_;
  Vector<MemoryRecord> memories_;
  Vector<TensorRecord> tensors_;
  Vector<std::uint32_t> shapes_;
  Vector<KernelName> needed_kernels_;
  Vector<LayerRecord> layers_;
  Vector<std::uint32_t> arguments_;
  Vector<Operator> operator_types_;
  Vector<std::uint32_t> operators_;
  Vector<PortRecord> inputs_;
  Vector<PortRecord> outputs_;
};

/// One load() in progress. Each stage is a function that returns false after noting the first
/// failure; load.cpp calls them in the order in which bytes become trusted.
class Loader : ModelVectors {
 public:
  Loader(Span<const std::byte> model, Kernels kernels, Blocks blocks)
      : model_(model), kernels_(kernels), blocks_(blocks) {}

  bool map_is_usable();
  bool header_is_readable();
  bool version_is_known();
  bool sections_tile_the_file();
  bool signature_holds(const Trust& trust);  ///< of a caller who asks for one: nacre/signature.hpp
  bool digests_match();
  bool vectors_are_whole();
  bool memories_are_valid();
  bool memory_suffices();
  bool kernels_are_there();
  bool tensors_are_valid();
  bool layers_are_valid();
  void finish(Network* network);

  /// The section of a kind, counted from 0; null where there is none, or it was cut off.
  const schema::Section* section(schema::SectionKind kind, unsigned number = 0) const;
  bool section_matches(const schema::Section& section) const;

  Status status() const { return status_; }
  Place place() const;  ///< of the failure, if there is one
  MemoryNeeds needs() const;  ///< once memories_are_valid()
  const schema::Header& header() const { return *header_; }

 private:
  friend class LayerCheck;
  friend class PlanCheck;
  friend class BodyWalk;
  friend class RowsWalk;

  static constexpr std::uint32_t kWeightsAlignment = 64;
  static constexpr std::uint32_t kArenaAlignment = 16;

  const std::uint8_t* bytes() const { return reinterpret_cast<const std::uint8_t*>(model_.data()); }
  std::uint32_t offset_of(const void* address) const {
    return static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(address) - bytes());
  }
  /// Status, part and field in one word.
  static constexpr std::uint32_t fault(Status status, Part part, unsigned field) {
    return static_cast<std::uint32_t>(status) << 24 | static_cast<std::uint32_t>(part) << 16 | field;
  }
  /// Notes a failure at `address` inside the file; the first one counts. Returns false. Which element of its vector, or
  /// which layer, that is, place() finds out: only who asks for the place links that.
  bool fail(std::uint32_t fault, const void* address) {
    note(fault, address);
    return false;  // here, where the compiler sees it: no caller asks what came back
  }
  [[gnu::cold, gnu::noinline]] void note(std::uint32_t fault, const void* address);
  bool fail(Status status, Part part, unsigned field, const void* address) {
    return fail(fault(status, part, field), address);
  }
  /// The same at what is not an element, or not of a vector, but has number `index` all the same.
  bool fail(Status status, Part part, unsigned field, const void* address, std::uint32_t index) {
    layer_ = nullptr;
    index_ = index;
    return fail(status, part, field, address);
  }
  template <typename T>
  std::uint32_t number_in(const Vector<T>& vector) const {
    return static_cast<std::uint32_t>(static_cast<const std::uint8_t*>(wrong_) - vector.start) / sizeof(T);
  }
  /// The place of a field in the vtable, by its number.
  static constexpr unsigned vtable_place(unsigned field) { return 4 + 2 * field; }
  static constexpr unsigned field_number(unsigned vtable_place) { return (vtable_place - 4) / 2; }
  /// Where a field of the root table lies in the file; 0 where it is absent.
  std::size_t offset_of_field(unsigned field) const;
  /// Whether an object of `bytes` bytes that begins with a number of 32 bits can lie at `offset`.
  bool has_room(std::size_t offset, std::size_t bytes) const {
    return offset % 4 == 0 && offset <= model_.size() - bytes;
  }
  /// Verifies that the vectors of the root table from field `field` up to `end` are whole.
  bool take(unsigned field, unsigned end);

  MemoryKind kind_of(const TensorRecord& tensor) const { return memories_[tensor.memory].kind; }
  bool is_constant(const TensorRecord& tensor) const { return (constant_memories_ >> tensor.memory & 1) != 0; }
  const std::byte* bytes_of_weights(const TensorRecord& tensor) const { return starts_[tensor.memory] + tensor.offset; }
  /// Bytes of the tensor's elements; 0 where a dimension is 0 or the product leaves 32 bits.
  static std::uint32_t bytes_of(DataType type, const std::uint32_t* dimension, unsigned rank);
  std::uint32_t bytes_of(const TensorRecord& tensor) const {
    return bytes_of(tensor.type, shapes_.data() + tensor.shape, tensor.rank);
  }
  [[gnu::cold]] bool refuse(const TensorRecord& tensor, unsigned field);
  /// Whether the tensor is where an earlier one is that has bytes of its own, and as large.
  bool is_alias(const TensorRecord& tensor, std::uint32_t bytes) const;
  bool ports_are_valid(const Vector<PortRecord>& ports, Part part);

  Span<const std::byte> model_;
  Kernels kernels_;
  Blocks blocks_;
  const std::uint8_t* root_ = nullptr;    ///< the root table
  const std::uint8_t* vtable_ = nullptr;  ///< its vtable
  const schema::Header* header_ = nullptr;

  // What the memories need.
  std::uint32_t network_bytes_, blocks_needed_;
  std::uint32_t block_bytes_[kMaxBlocks];
  std::byte* starts_[kMaxMemories];       ///< of the memories
  std::uint16_t* rows_ = nullptr;         ///< in kernels_, of needed_kernels_
  std::uint32_t constant_memories_ = 0;   ///< a bit for each memory of weights
  std::uint32_t first_constant_ = 0;      ///< from this tensor on, all lie in weights
  std::uint32_t device_bytes_ = 0;        ///< of the file, before its sections
  const LayerRecord* layer_ = nullptr;    ///< that is being verified
  bool has_texts_ = false;                ///< among inputs and outputs
  Status status_ = Status::ok;
  // What has failed, and where.
  std::uint32_t fault_ = 0, index_ = 0;
  const void* wrong_ = nullptr;
};

}  // namespace nacre
