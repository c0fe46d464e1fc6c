#pragma once

#include <cstddef>

#include "loader/loader.hpp"
#include "loader/rules.hpp"
#include "nacre/network.hpp"

namespace nacre {

class PlanCheck;
namespace rows {
struct OwnArguments;
}

/// Verifies the layers of the body of layer `*index`, which has been verified, and proves the plan of both. Moves
/// `*index` to the layer behind the body.
using WalkBody = bool (*)(Loader& loader, LayerCheck& check, PlanCheck& plan, std::uint32_t* index);

/// Verifies one layer, and is what the check of its operator works with. Arguments have been verified to be tensors
/// that lie inside their memory. The first failure is kept; a check that goes on must not divide by what failed.
class LayerCheck {
 public:
  explicit LayerCheck(Loader& loader)
      : loader_(loader), tensors_(loader.tensors_.data()), shapes_(loader.shapes_.data()) {}

  /// Verifies the record of the layer at `index`, whose arguments must be the next ones, and that its struct lies in
  /// the file. False after noting a failure in the loader.
  bool begin(std::uint32_t index);
  /// Verifies the rest, once its arguments are known to be tensors: what the description of its operator says.
  bool finish();
  // The same of a layer that works on some rows of its images at a time, as the whole images make it.

  /// Of a window: with these heights of its images.
  struct Heights {
    std::uint32_t x, y;
  };
  bool finish_with(const Heights& heights);
  /// Of any other: with copies of the records of its arguments.
  bool finish_as(const rows::OwnArguments& arguments);
  std::uint32_t arguments_used() const { return arguments_used_; }

  const LayerRecord& layer() const { return *layer_; }
  const OperatorRule& rule() const { return *kernel_->rule; }
  DataType type() const { return kernel_->name.activations; }
  DataType weights_type() const { return kernel_->name.weights; }
  Layout layout() const { return kernel_->name.layout; }
  std::uint16_t function() const { return kernel_->name.function; }
  Operator op() const { return kernel_->name.op; }
  unsigned inputs() const { return layer_->inputs; }
  unsigned outputs() const { return layer_->outputs; }
  unsigned temporaries() const { return layer_->temporaries; }
  bool has_body() const { return layer_->body != 0; }
  bool ok() const { return failure_ == Failure::none; }

  /// Number `index` of the kernels that the model names; null where it names fewer.
  const Kernel* named_kernel(std::uint32_t index) const {
    return index < loader_.needed_kernels_.size() ? &loader_.kernels_[loader_.rows_[index]] : nullptr;
  }

  /// The layer's struct, in the file.
  template <typename Parameters>
  const Parameters& parameters() const { return *static_cast<const Parameters*>(parameters_); }

  /// Whether input `i` is there.
  bool has_input(unsigned i) const { return i < layer_->inputs && arguments_[i] != kAbsent; }
  /// Of argument `i`: inputs, outputs, then temporaries.
  Shape shape(unsigned i) const { return {lengths(i), record(i).rank}; }
  Shape input(unsigned i) const { return shape(i); }
  Shape output(unsigned i = 0) const { return shape(inputs() + i); }
  Shape temporary(unsigned i) const { return shape(inputs() + layer_->outputs + i); }

  /// Says how the plan of the layer's body is proved: until an operator's check says so, a layer may have none. Only a
  /// firmware with such an operator links it.
  void may_have_body(WalkBody walk) { has_walk_ = layer_, walk_body_ = walk; }
  WalkBody walk_body() const { return walk_body_; }

  /// The height of input 0 and of the output of a window.
  std::uint32_t input_height() const { return heights_ == nullptr ? lengths(0)[1] : heights_->x; }
  std::uint32_t output_height() const { return heights_ == nullptr ? lengths(inputs())[1] : heights_->y; }

  /// The record of argument `i`.
  const TensorRecord& record(unsigned i) const { return tensors_[arguments_[i]]; }
  DataType input_type(unsigned i) const { return record(i).type; }
  DataType output_type(unsigned i = 0) const { return record(inputs() + i).type; }
  /// Output 0 begins where input 0 does.
  bool is_in_place() const {
    return record(0).offset == record(inputs()).offset && record(0).memory == record(inputs()).memory;
  }
  bool is_state(unsigned i) const { return loader_.kind_of(record(i)) == MemoryKind::state; }

  // What rows of a description say of argument `i`.

  bool has_type(unsigned i, DataType type) const { return record(i).type == type; }
  /// It lies in weights.
  bool is_constant(unsigned i) const { return loader_.is_constant(record(i)); }
  /// Its dimensions; null, having refused it, unless it has this type and rank.
  const std::uint32_t* dimensions(unsigned i, DataType type, unsigned rank) {
    const TensorRecord& tensor = record(i);
    if (form_of(tensor) != form(type, rank)) return refuse_argument(i), nullptr;
    return at(tensor.shape);
  }
  /// Dimensions of which the first listed one stands for any number.
  struct Leading {
    std::uint32_t length;         ///< the product of those
    const std::uint32_t* others;  ///< null, having refused the argument, unless it has its type and dimensions enough
  };
  Leading leading(unsigned i, DataType type, unsigned listed) {
    const TensorRecord& tensor = record(i);
    const std::uint32_t* const dimensions = at(tensor.shape);
    if (form_of(tensor) == form(type, listed)) return {dimensions[0], dimensions + 1};
    return leading_of_any_rank(i, type, listed);
  }
  /// The same where the last listed one stands for any number: its dimensions.
  const std::uint32_t* trailing(unsigned i, DataType type, unsigned listed) {
    const TensorRecord& tensor = record(i);
    if (tensor.type != type || tensor.rank + 1u < listed) return refuse_argument(i), nullptr;
    return at(tensor.shape);
  }
  std::uint32_t trailing_length(unsigned i, unsigned listed) const {
    return shape(i).product(listed - 1, record(i).rank);
  }
  /// Its dimensions, where its rank has been verified.
  const std::uint32_t* lengths(unsigned i) const { return shapes_ + record(i).shape; }
  std::uint32_t elements(unsigned i) const { return shape(i).size(); }
  /// Its number of elements; 0, which no number is, unless it has this type.
  std::uint32_t elements(unsigned i, DataType type) const { return has_type(i, type) ? elements(i) : 0; }
  /// It has this type and the shape of argument `other`.
  bool is_like(unsigned i, DataType type, unsigned other) const {
    return has_type(i, type) && shape(i) == shape(other);
  }
  /// Four bytes of the struct.
  std::uint32_t word(unsigned offset) const {
    std::uint32_t bits;
    __builtin_memcpy(&bits, static_cast<const std::byte*>(parameters_) + offset, sizeof bits);
    return bits;
  }

  /// Two bytes of the struct.
  std::uint16_t half(unsigned offset) const { return pair_at(parameters_, offset); }

  /// The elements of input `i`, of which a row says that they lie in weights and are of type `T`.
  template <typename T>
  const T* values(unsigned i) const { return reinterpret_cast<const T*>(loader_.bytes_of_weights(record(i))); }
  /// The elements of input `i`, which must lie in the weights (immutable, hence checkable) and be
  /// of type `T`; null and a failure otherwise.
  template <typename T>
  const T* constant(unsigned i) {
    if (!require_argument(
            loader_.kind_of(record(i)) == MemoryKind::weights && record(i).type == DataTypeOf<T>::value, i))
      return nullptr;
    return reinterpret_cast<const T*>(loader_.bytes_of_weights(record(i)));
  }

  // What is wrong with the layer; the first that is noted counts.
  [[gnu::cold]] void refuse_argument(unsigned i);
  [[gnu::cold]] void refuse_parameter(unsigned offset);  ///< a field of the struct (offsetof)
  [[gnu::cold]] void refuse_feature(unsigned offset);
  [[gnu::cold]] void refuse_weights(unsigned i);  ///< the values of input `i`
  [[gnu::cold]] void refuse_place();              ///< that the output lies where the first input does

  // The same unless `holds`, which they return.
  bool require_argument(bool holds, unsigned i) {
    if (!holds) refuse_argument(i);
    return holds;
  }
  bool require_parameter(bool holds, unsigned offset) {
    if (!holds) refuse_parameter(offset);
    return holds;
  }
  /// Where the output lies.
  void require_place(bool holds) {
    if (!holds) refuse_place();
  }
  /// The values of input `i`.
  bool require_weights(bool holds, unsigned i) {
    if (!holds) refuse_weights(i);
    return holds;
  }

 private:
  /// Status, part and field in one word of a type of its own: noting a failure changes nothing that
  /// the compiler would have to read again.
  enum class Failure : std::uint32_t { none = 0 };

  void refuse(Status status, Part part, unsigned field);
  /// Rank, in the lowest byte, and type, which are neighbours, compared at once.
  static constexpr unsigned form(DataType type, unsigned rank) { return rank | static_cast<unsigned>(type) << 8; }
  static unsigned form_of(const TensorRecord& tensor) {
    static_assert(offsetof(TensorRecord, type) == offsetof(TensorRecord, rank) + 1, "as the struct of the schema");
    const std::uint16_t form = pair_at(&tensor, offsetof(TensorRecord, rank));
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? form : __builtin_bswap16(form);
  }
  /// Two bytes of a record.
  static std::uint16_t pair_at(const void* record, std::size_t offset) {
    std::uint16_t pair;
    __builtin_memcpy(&pair, static_cast<const std::byte*>(record) + offset, sizeof pair);
    return pair;
  }
  const std::uint32_t* at(std::uint32_t dimension) const {
    const std::uint32_t* const dimensions = shapes_ + dimension;
    if (dimensions == nullptr) __builtin_unreachable();  // so that callers do not ask
    return dimensions;
  }
  [[gnu::cold]] Leading leading_of_any_rank(unsigned i, DataType type, unsigned listed);
  /// Numbers of inputs, of outputs and of temporaries, from the lowest bits on, of a record or a rule.
  static std::uint32_t counts_at(const std::uint16_t* inputs) {
    static_assert(offsetof(LayerRecord, outputs) == offsetof(LayerRecord, inputs) + 2 &&
                      offsetof(LayerRecord, temporaries) == offsetof(LayerRecord, inputs) + 3 &&
                      offsetof(OperatorRule, outputs) == offsetof(OperatorRule, inputs) + 2 &&
                      offsetof(OperatorRule, temporaries) == offsetof(OperatorRule, inputs) + 3,
                  "read at once");
    std::uint32_t counts;
    __builtin_memcpy(&counts, inputs, sizeof counts);
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) return counts;
    return counts >> 16 | (counts >> 8 & 0xff) << 16 | counts << 24;
  }
  /// Whether an operator that repeats arguments takes these.
  [[gnu::noinline]] bool repeats_enough(const OperatorRule& rule) const;
  /// Whether the struct, so many bytes behind its offset, lies in the file, as the offset does.
  bool has_whole_struct(const std::uint32_t* offset, std::uint32_t distance, std::uint32_t bytes) {
    const std::uint32_t room = loader_.device_bytes_ - loader_.offset_of(offset);
    if (distance % 4 != 0 || distance > room || bytes > room - distance)
      return loader_.fail(Status::malformed, Part::operators, 0, offset);
    parameters_ = reinterpret_cast<const std::byte*>(offset) + distance;
    return true;
  }
  bool fail(Status status, unsigned field);
  bool report() const;

  Loader& loader_;
  const TensorRecord* tensors_;
  const std::uint32_t* shapes_;
  const LayerRecord* layer_ = nullptr;
  const Kernel* kernel_ = nullptr;
  const std::uint32_t* arguments_ = nullptr;
  const void* parameters_ = nullptr;
  const Heights* heights_ = nullptr;  ///< unless they are those that the file states
  std::uint32_t arguments_used_ = 0;  ///< by the layers so far
  WalkBody walk_body_ = nullptr;
  const LayerRecord* has_walk_ = nullptr;  ///< the layer of which walk_body_ was said
  Failure failure_ = Failure::none;
};

/// Whether a field is in its range.
constexpr bool in_range(std::int32_t value, std::int32_t least, std::int32_t most) {
  return static_cast<std::uint32_t>(value) - static_cast<std::uint32_t>(least) <=
         static_cast<std::uint32_t>(most) - static_cast<std::uint32_t>(least);
}

/// Whether a length is `factor` times another, divided by `divisor` and rounded up.
constexpr bool is_multiple_of_ceil(std::uint32_t length, unsigned factor, std::uint32_t other, unsigned divisor) {
  return length % factor == 0 && length / factor == other / divisor + (other % divisor != 0);
}

/// Whether an enumerator is one of those whose bits are set.
constexpr bool one_of(std::uint8_t value, std::uint32_t bits) { return value < 32 && (bits >> value & 1) != 0; }

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
