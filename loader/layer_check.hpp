#pragma once

#include <new>

#include "loader/flatbuffer.hpp"
#include "loader/loader.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

/// What the check of an operator works with. Arguments have been verified to be tensors that lie
/// inside their memory; the check states what the operator asks of them beyond that. The first
/// failure is kept and checking goes on, so that a check reads as a list of facts; it must therefore
/// not divide by what it has not yet returned on.
class LayerCheck {
 public:
  explicit LayerCheck(Loader& loader)
      : loader_(loader), tensors_(loader.tensors_.data()), shapes_(loader.shapes_.data()) {}

  /// Turns to the layer at `index`.
  void begin(const schema::Layer& layer, std::uint32_t index, const Kernel& kernel,
             const std::uint16_t* arguments) {
    layer_ = &layer;
    index_ = index;
    kernel_ = &kernel;
    arguments_ = arguments;
  }

  DataType type() const { return kernel_->type; }
  std::uint8_t variant() const { return kernel_->variant; }
  unsigned inputs() const { return layer_->inputs(); }

  /// The layer's table after the structural verifier has passed it; null (and a failure) otherwise,
  /// or when the layer has not exactly these numbers of arguments. All fields are scalars of at most
  /// 4 bytes: layers alike share one vtable, so that what the verifier has found of one table holds
  /// for the next.
  template <typename Table>
  const Table* table(unsigned inputs, unsigned outputs = 1, unsigned temporaries = 0) {
    if (!has_arguments(inputs, outputs, temporaries)) return nullptr;
    const std::uint8_t* const start = loader_.operator_table(index_);
    const auto* const table = reinterpret_cast<const Table*>(start);
    if (loader_.is_like_the_last(start, index_)) return table;
    if (!require_whole(table->Verify(loader_.verifier_))) return nullptr;
    loader_.whole_ = start;
    return table;
  }
  /// The same for a table with any fields.
  template <typename Table>
  const Table* table_with_vectors(unsigned inputs) {
    if (!has_arguments(inputs, 1, 0)) return nullptr;
    const auto* const table = reinterpret_cast<const Table*>(loader_.operator_table(index_));
    return require_whole(table->Verify(loader_.verifier_)) ? table : nullptr;
  }

  Shape input(unsigned i) const { return shape(i); }
  Shape output(unsigned i = 0) const { return shape(inputs() + i); }
  Shape temporary(unsigned i) const { return shape(inputs() + layer_->outputs() + i); }

  const TensorRecord& input_record(unsigned i) const { return tensors_[arguments_[i]]; }
  DataType input_type(unsigned i) const { return input_record(i).type; }
  DataType output_type(unsigned i = 0) const { return input_record(inputs() + i).type; }

  /// The dimensions of argument `i` (inputs, outputs, then temporaries), which must be of `type` and
  /// have `rank` of them; null and a failure otherwise.
  const std::uint32_t* dimensions(unsigned i, DataType type, unsigned rank) {
    const TensorRecord& record = input_record(i);
    const bool holds = require_argument(record.type == type && record.rank == rank, i);
    return holds ? shapes_ + record.shape : nullptr;
  }
  /// Argument `i` (inputs, outputs, then temporaries) must be of `type`.
  bool has_type(unsigned i, DataType type) {
    return require_argument(input_record(i).type == type, i);
  }
  /// The elements of input `i`, which must lie in the weights (immutable, hence checkable) and be
  /// of type `T`; null and a failure otherwise.
  template <typename T>
  const T* constant(unsigned i) {
    const TensorRecord& record = input_record(i);
    if (!require_argument(record.memory == Memory::weights && record.type == DataTypeOf<T>::value, i))
      return nullptr;
    return reinterpret_cast<const T*>(loader_.weights_.data() + record.offset);
  }

  /// Notes bad_arguments at argument `i` unless `holds`. Returns `holds`.
  bool require_argument(bool holds, unsigned i) {
    return require(holds, Status::bad_arguments, Part::arguments, i);
  }
  /// Notes bad_parameter at field `field` (VT_… of the generated table) unless `holds`.
  bool require_parameter(bool holds, unsigned field) {
    return require(holds, Status::bad_parameter, Part::operators, field);
  }
  /// Notes bad_weights at input `i` unless `holds`.
  bool require_weights(bool holds, unsigned i) {
    return require(holds, Status::bad_weights, Part::weights, i);
  }
  bool ok() const { return failure_ == Failure::none; }

  /// Room for the kernel's parameters in the network, written by the check: call once. Null when a
  /// check has failed or the file states too little memory.
  template <typename Parameters>
  Parameters* parameters() {
    static_assert(alignof(Parameters) <= 8 && sizeof(Parameters) % 4 == 0, "sizes are target-independent");
    const std::uint32_t start = loader_.network_used_;
    const bool fits = sizeof(Parameters) <= loader_.header_->network_bytes() - start;
    if (!require(fits, Status::bad_memory_size, Part::header, 6) || !ok()) return nullptr;
    loader_.network_used_ = (start + sizeof(Parameters) + 7) & ~7u;
    return new (loader_.memory_.data() + start) Parameters;
  }

  /// Passes the failure on to the loader. Returns false.
  bool report() const;

 private:
  /// Status, part and field in one word of a type of its own: noting a failure changes nothing that
  /// the compiler would have to read again, and checks are most of what load() executes.
  enum class Failure : std::uint32_t { none = 0 };

  bool require(bool holds, Status status, Part part, unsigned field) {
    if (!holds && ok())
      failure_ = static_cast<Failure>(static_cast<std::uint32_t>(status) << 24 |
                                      static_cast<std::uint32_t>(part) << 16 | field);
    return holds;
  }
  bool require_whole(bool holds) { return require(holds, Status::malformed, Part::operators, 0); }
  bool has_arguments(unsigned inputs, unsigned outputs, unsigned temporaries) {
    return require(layer_->inputs() == inputs && layer_->outputs() == outputs &&
                       layer_->temporaries() == temporaries, Status::bad_arguments, Part::layers, 1);
  }
  Shape shape(unsigned argument) const {
    const TensorRecord& record = input_record(argument);
    return {shapes_ + record.shape, record.rank};
  }

  Loader& loader_;
  const TensorRecord* const tensors_;
  const std::uint32_t* const shapes_;
  const schema::Layer* layer_ = nullptr;
  std::uint32_t index_ = 0;
  const Kernel* kernel_ = nullptr;
  const std::uint16_t* arguments_ = nullptr;
  Failure failure_ = Failure::none;
};

}  // namespace nacre
