#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre {

/// Element types, with the numbers of schema/model.fbs.
enum class DataType : std::uint8_t {
  float32 = 0, float64 = 1, int64 = 2, int32 = 3, int16 = 4, int8 = 5, uint8 = 6, boolean = 7, string = 8,
};

/// What a range of bytes is for, with the numbers of schema/model.fbs.
enum class MemoryKind : std::uint8_t { weights = 0, activations = 1, state = 2 };

/// The order in which a layer's weights lie, with the numbers of schema/types.fbs.
enum class Layout : std::uint8_t { portable = 0, dsp = 1, mve = 2 };

/// An element of a string tensor: UTF-8, not terminated, owned by the model (labels) or by the
/// caller (inputs; it must outlive the run). The same 16 bytes on 32-bit and 64-bit targets.
struct alignas(8) String {
  const char* data;
  alignas(8) std::uint32_t size;
};
static_assert(sizeof(String) == 16, "a string element is 16 bytes on every target");

/// Bytes of one element.
inline constexpr std::uint8_t kElementBytes[] = {4, 8, 8, 4, 2, 1, 1, 1, sizeof(String)};
constexpr std::uint32_t element_bytes(DataType type) {
  return kElementBytes[static_cast<std::uint8_t>(type)];
}

template <typename T>
struct DataTypeOf;
template <> struct DataTypeOf<float> { static constexpr DataType value = DataType::float32; };
template <> struct DataTypeOf<double> { static constexpr DataType value = DataType::float64; };
template <> struct DataTypeOf<std::int64_t> { static constexpr DataType value = DataType::int64; };
template <> struct DataTypeOf<std::int32_t> { static constexpr DataType value = DataType::int32; };
template <> struct DataTypeOf<std::int16_t> { static constexpr DataType value = DataType::int16; };
template <> struct DataTypeOf<std::int8_t> { static constexpr DataType value = DataType::int8; };
template <> struct DataTypeOf<std::uint8_t> { static constexpr DataType value = DataType::uint8; };
template <> struct DataTypeOf<bool> { static constexpr DataType value = DataType::boolean; };
template <> struct DataTypeOf<String> { static constexpr DataType value = DataType::string; };

/// The file's own record of a tensor, read in place. The loader has verified it.
struct TensorRecord {
  std::uint32_t offset;  ///< bytes from the start of its memory
  std::uint32_t shape;   ///< index of its first dimension among the model's shapes
  std::uint8_t rank;     ///< 0 to 8
  DataType type;
  std::uint8_t memory;   ///< index among the model's memories
  std::uint8_t alias;    ///< so many records before it stands the tensor whose bytes it shares; 0: its own
};
static_assert(sizeof(TensorRecord) == 12, "as the struct Tensor of schema/model.fbs");

/// Dimensions of a tensor, in the file. Batch first; row-major (the last dimension is contiguous).
class Shape {
 public:
  constexpr Shape(const std::uint32_t* dimensions, unsigned rank)
      : dimensions_(dimensions), rank_(rank) {}

  constexpr unsigned rank() const { return rank_; }
  /// As many as the rank, in the file.
  constexpr const std::uint32_t* dimensions() const { return dimensions_; }
  /// Dimension `axis`; axes that a tensor lacks have length 1.
  constexpr std::uint32_t operator[](unsigned axis) const {
    return axis < rank_ ? dimensions_[axis] : 1;
  }
  /// The dimensions, rank() of them.
  constexpr const std::uint32_t* data() const { return dimensions_; }
  /// The length of the last axis; 1 for a scalar.
  constexpr std::uint32_t last() const { return rank_ == 0 ? 1 : dimensions_[rank_ - 1]; }
  /// Number of elements.
  constexpr std::uint32_t size() const { return product(0, rank_); }
  /// Product of the dimensions [begin, end).
  constexpr std::uint32_t product(unsigned begin, unsigned end) const {
    std::uint32_t result = 1;
    for (unsigned axis = begin; axis < end; ++axis) result *= dimensions_[axis];
    return result;
  }
  constexpr bool operator==(const Shape& other) const {
    if (rank_ != other.rank_) return false;
    for (unsigned axis = 0; axis < rank_; ++axis)
      if (dimensions_[axis] != other.dimensions_[axis]) return false;
    return true;
  }

 private:
  const std::uint32_t* dimensions_;
  unsigned rank_;
};

}  // namespace nacre
