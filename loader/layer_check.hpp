#pragma once

#include <cstring>

#include "loader/loader.hpp"
#include "loader/rules.hpp"
#include "nacre/network.hpp"

namespace nacre {

/// Verifies one layer, and is what the check of its operator works with. Arguments have been verified to be tensors
/// that lie inside their memory. The first failure is kept and checking goes on, so that a check reads as a list of
/// facts; it must therefore not divide by what it has not yet returned on.
class LayerCheck {
 public:
  explicit LayerCheck(Loader& loader)
      : loader_(loader), tensors_(loader.tensors_.data()), shapes_(loader.shapes_.data()) {}

  /// Verifies the layer at `index`. False after noting the first failure in the loader.
  bool run(const LayerRecord& layer, std::uint32_t index, const Kernel& kernel);

  DataType type() const { return kernel_->name.activations; }
  DataType weights_type() const { return kernel_->name.weights; }
  Layout layout() const { return kernel_->name.layout; }
  std::uint16_t function() const { return kernel_->name.function; }
  bool is_integer() const { return type() >= DataType::int64 && type() <= DataType::uint8; }
  /// Of what a kernel adds up before it rescales: bias and sums.
  DataType sums_type() const { return is_integer() ? DataType::int32 : type(); }
  unsigned inputs() const { return layer_->inputs; }
  bool ok() const { return failure_ == Failure::none; }

  /// The layer's struct, in the file.
  template <typename Parameters>
  const Parameters& parameters() const { return *static_cast<const Parameters*>(parameters_); }

  /// Whether input `i` is there.
  bool has_input(unsigned i) const { return i < layer_->inputs && arguments_[i] != kAbsent; }
  Shape input(unsigned i) const { return shape(i); }
  Shape output(unsigned i = 0) const { return shape(inputs() + i); }
  Shape temporary(unsigned i) const { return shape(inputs() + layer_->outputs + i); }

  /// The record of argument `i`: inputs, outputs, then temporaries.
  const TensorRecord& record(unsigned i) const { return tensors_[arguments_[i]]; }
  DataType input_type(unsigned i) const { return record(i).type; }
  DataType output_type(unsigned i = 0) const { return record(inputs() + i).type; }
  bool is_state(unsigned i) const { return loader_.kind_of(record(i)) == MemoryKind::state; }

  // What rows of a description say of argument `i`. Each notes a failure where it does not hold; dimensions that are
  // given back may be read whatever was found.

  /// It has this type.
  void has_type(unsigned i, DataType type) { require_argument(record(i).type == type, i); }
  /// It lies in weights.
  void is_constant(unsigned i) { require_argument(loader_.is_constant(record(i)), i); }
  /// It has this type and rank. Its dimensions.
  const std::uint32_t* dimensions(unsigned i, DataType type, unsigned rank);
  /// It has this type, and `listed` dimensions, the first of which stands for any number: their product. The others.
  const std::uint32_t* leading(unsigned i, DataType type, unsigned listed, std::uint32_t* product);
  /// The same of the last: the first ones, and the product of what follows.
  const std::uint32_t* trailing(unsigned i, DataType type, unsigned listed, std::uint32_t* product);
  /// It has this type. Its number of elements.
  std::uint32_t elements(unsigned i, DataType type);
  std::uint32_t elements(unsigned i) const { return shape(i).size(); }
  /// It has this type and the shape of argument `other`.
  void is_like(unsigned i, DataType type, unsigned other) {
    require_argument(record(i).type == type && shape(i) == shape(other), i);
  }
  /// Two lengths with one name.
  void same(std::uint32_t a, std::uint32_t b, unsigned i) { require_argument(a == b, i); }
  /// The same where `known` may not have been met yet, and is 0 then. The length.
  std::uint32_t same_if_met(std::uint32_t known, std::uint32_t length, unsigned i) {
    require_argument(known == 0 || known == length, i);
    return length;
  }
  /// A field of the struct, at byte `offset`, is in its range.
  void in_range(std::int32_t value, std::int32_t least, std::int32_t most, unsigned offset) {
    const auto above = static_cast<std::uint32_t>(value) - static_cast<std::uint32_t>(least);
    require_parameter(above <= static_cast<std::uint32_t>(most) - static_cast<std::uint32_t>(least), offset);
  }
  /// An enumerator is one of those whose bits are set.
  void one_of(std::uint8_t value, std::uint32_t bits, unsigned offset) {
    require_parameter(value < 32 && (bits >> value & 1) != 0, offset);
  }
  /// Reserved bytes are zero.
  void is_zero(std::uint32_t bits, unsigned offset) {
    require(bits == 0, Status::feature_unknown, Part::operators, offset);
  }
  /// Four bytes of the struct.
  std::uint32_t word(unsigned offset) const {
    std::uint32_t bits;
    __builtin_memcpy(&bits, static_cast<const std::byte*>(parameters_) + offset, sizeof bits);
    return bits;
  }

  /// The elements of input `i`, which must lie in the weights (immutable, hence checkable) and be
  /// of type `T`; null and a failure otherwise.
  template <typename T>
  const T* constant(unsigned i) {
    if (!require_argument(
            loader_.kind_of(record(i)) == MemoryKind::weights && record(i).type == DataTypeOf<T>::value, i))
      return nullptr;
    return reinterpret_cast<const T*>(loader_.bytes_of_weights(record(i)));
  }

  /// Notes bad_arguments at argument `i` unless `holds`. Returns `holds`.
  bool require_argument(bool holds, unsigned i) { return require(holds, Status::bad_arguments, Part::arguments, i); }
  /// Notes bad_parameter at the byte of a field in its struct (offsetof) unless `holds`.
  bool require_parameter(bool holds, unsigned offset) {
    return require(holds, Status::bad_parameter, Part::operators, offset);
  }
  /// Notes bad_weights at input `i` unless `holds`.
  bool require_weights(bool holds, unsigned i) { return require(holds, Status::bad_weights, Part::weights, i); }

 private:
  /// Status, part and field in one word of a type of its own: noting a failure changes nothing that
  /// the compiler would have to read again.
  enum class Failure : std::uint32_t { none = 0 };

  bool require(bool holds, Status status, Part part, unsigned field) {
    if (!holds && ok())
      failure_ = static_cast<Failure>(static_cast<std::uint32_t>(status) << 24 |
                                      static_cast<std::uint32_t>(part) << 16 | field);
    return holds;
  }
  Shape shape(unsigned argument) const {
    const TensorRecord& tensor = record(argument);
    return {shapes_ + tensor.shape, tensor.rank};
  }
  bool has_whole_struct();
  bool has_arguments() const;
  bool report() const;

  Loader& loader_;
  const TensorRecord* const tensors_;
  const std::uint32_t* const shapes_;
  const LayerRecord* layer_ = nullptr;
  const Kernel* kernel_ = nullptr;
  const std::uint32_t* arguments_ = nullptr;
  const void* parameters_ = nullptr;
  std::uint32_t index_ = 0;
  Failure failure_ = Failure::none;
};

/// The value of a float as an integer that has the same order; NaN lies outside of the infinities.
constexpr std::int32_t order(std::uint32_t bits) {
  return bits < 0x80000000u ? static_cast<std::int32_t>(bits) : static_cast<std::int32_t>(0x80000000u - bits);
}
constexpr std::int32_t order(float value) { return order(__builtin_bit_cast(std::uint32_t, value)); }

/// Of a word of a struct, the bits of its bytes from `first` on, as they lie in memory.
constexpr std::uint32_t bytes_from(unsigned first) {
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0xffffffffu << (8 * first) : 0xffffffffu >> (8 * first);
}

}  // namespace nacre
