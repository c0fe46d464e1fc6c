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
  LayerCheck(Loader& loader, std::uint32_t index, const Kernel& kernel, const std::uint16_t* arguments)
      : loader_(loader), index_(index), kernel_(kernel), arguments_(arguments) {}

  DataType type() const { return kernel_.type; }
  std::uint8_t variant() const { return kernel_.variant; }
  unsigned inputs() const { return layer().inputs(); }

  /// The layer's table after the structural verifier has passed it; null (and a failure) otherwise,
  /// or when the layer has not exactly these numbers of arguments.
  template <typename Table>
  const Table* table(unsigned inputs, unsigned outputs = 1, unsigned temporaries = 0) {
    if (!has_arguments(inputs, outputs, temporaries)) return nullptr;
    const auto* table = loader_.operators_->template GetAs<Table>(index_);
    if (table->Verify(loader_.verifier_)) return table;
    loader_.fail(Status::malformed, Part::operators, 0, index_, table);
    return nullptr;
  }

  Shape input(unsigned i) const { return shape(i); }
  Shape output(unsigned i = 0) const { return shape(inputs() + i); }
  Shape temporary(unsigned i) const { return shape(inputs() + layer().outputs() + i); }

  const TensorRecord& input_record(unsigned i) const { return loader_.tensors_[arguments_[i]]; }
  DataType input_type(unsigned i) const { return input_record(i).type; }
  DataType output_type(unsigned i = 0) const { return input_record(inputs() + i).type; }

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
    return reinterpret_cast<const T*>(loader_.bytes() + loader_.header_->weights().offset() +
                                      record.offset);
  }

  /// Notes bad_arguments at argument `i` unless `holds`. Returns `holds`.
  bool require_argument(bool holds, unsigned i) {
    return holds || loader_.fail(Status::bad_arguments, Part::arguments, i, index_, arguments_ + i);
  }
  /// Notes bad_parameter at field `field` (VT_… of the generated table) unless `holds`.
  bool require_parameter(bool holds, unsigned field) {
    return holds || loader_.fail(Status::bad_parameter, Part::operators, field, index_,
                                 loader_.operators_->Get(index_));
  }
  /// Notes bad_weights at input `i` unless `holds`.
  bool require_weights(bool holds, unsigned i) {
    return holds || loader_.fail(Status::bad_weights, Part::weights, i, index_, arguments_ + i);
  }
  bool ok() const { return loader_.status_ == Status::ok; }

  /// Room for the kernel's parameters in the network, written by the check: call once. Null when a
  /// check has failed or the file states too little memory.
  template <typename Parameters>
  Parameters* parameters() {
    static_assert(alignof(Parameters) <= 8 && sizeof(Parameters) % 4 == 0, "sizes are target-independent");
    void* room = reserve(sizeof(Parameters));
    return room == nullptr ? nullptr : new (room) Parameters;
  }

 private:
  const schema::Layer& layer() const { return loader_.layers_[index_]; }
  Shape shape(unsigned argument) const {
    const TensorRecord& record = input_record(argument);
    return {loader_.shapes_ + record.shape, record.rank};
  }
  bool has_arguments(unsigned inputs, unsigned outputs, unsigned temporaries);
  void* reserve(std::uint32_t bytes);

  Loader& loader_;
  std::uint32_t index_;
  const Kernel& kernel_;
  const std::uint16_t* arguments_;
};

}  // namespace nacre
