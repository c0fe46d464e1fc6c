#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/kernel.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

/// One layer as load() rebuilds it, in the caller's block. Indices instead of pointers keep it the
/// same size on every target.
struct LayerRecord {
  std::uint16_t kernel;  ///< row of the kernel list
  std::uint8_t inputs;
  std::uint8_t outputs;
  std::uint32_t arguments;   ///< its first entry among the model's arguments
  std::uint32_t parameters;  ///< bytes from the start of the block
};

/// A tensor that the caller fills or reads: the file's own record, read in place.
struct PortRecord {
  static constexpr std::uint16_t kRefusesMissing = 1;   ///< a NaN is no row for this model
  static constexpr std::uint16_t kRefusesInfinite = 2;  ///< nor is an infinity

  std::uint16_t tensor;
  std::uint16_t flags;  ///< of a float32 input, as above
  float scale;  ///< of a quantised tensor: real = scale * (stored - zero_point); else 0
  std::int32_t zero_point;
};

/// An element of an input.
struct InputPlace {
  std::uint32_t input;
  std::uint32_t element;
};

/// A loaded model: pointers into the mapped file and into the caller's block; it owns neither, and
/// both must stay where they are for as long as it is used. Cheap to copy, but a copy shares the
/// block. A network belongs to one thread (or interrupt level) at a time; a mapped model may be
/// shared by any number of networks.
class Network {
 public:
  unsigned inputs() const { return inputs_.size(); }
  unsigned outputs() const { return outputs_.size(); }
  Shape input_shape(unsigned index) const { return shape(inputs_[index].tensor); }
  Shape output_shape(unsigned index) const { return shape(outputs_[index].tensor); }
  DataType input_type(unsigned index) const { return tensors_[inputs_[index].tensor].type; }
  DataType output_type(unsigned index) const { return tensors_[outputs_[index].tensor].type; }
  /// Scale and zero point of an input or output.
  const PortRecord& input_port(unsigned index) const { return inputs_[index]; }
  const PortRecord& output_port(unsigned index) const { return outputs_[index]; }

  /// The elements of input `index`, to be written before every run(): a run may reuse their memory.
  /// Empty when there is no such input or its type is not `T`.
  template <typename T>
  Span<T> input(unsigned index) const { return port<T>(inputs_, index); }

  /// The elements of output `index`, valid until the next run(). Empty as for input().
  template <typename T>
  Span<const T> output(unsigned index) const { return port<const T>(outputs_, index); }

  /// The same memory as bytes, whatever the type. Empty when there is no such input or output.
  Span<std::byte> input_bytes(unsigned index) const { return bytes(inputs_, index); }
  Span<const std::byte> output_bytes(unsigned index) const {
    const Span<std::byte> all = bytes(outputs_, index);
    return {all.data(), all.size()};
  }

  /// Whether the inputs hold no value that the library refuses, of which a run would make an answer all the same:
  /// not_finite where one does, with the first in `place`, which may be null. Optional, before run(): 166 bytes of code
  /// on a Cortex-M4, and a look at each element of the inputs that refuse something.
  Status check_inputs(InputPlace* place = nullptr) const;

  /// One forward pass. Never allocates; the time depends on the model alone, but for trees.
  Status run() const;

  /// Zeroes the state of stateful layers. load() has done it once.
  void reset_state() const;

  /// Layer by layer, for profilers and tests: run() is run_layer(0) … run_layer(layers() - 1).
  unsigned layers() const { return layer_count_; }
  Status run_layer(unsigned index) const;

 private:
  friend class Layer;
  friend class Loader;

  Shape shape(unsigned tensor) const {
    return {shapes_ + tensors_[tensor].shape, tensors_[tensor].rank};
  }
  std::byte* address(unsigned tensor) const {
    const TensorRecord& record = tensors_[tensor];
    return memories_[static_cast<unsigned>(record.memory)] + record.offset;
  }
  template <typename T>
  Span<T> port(Span<const PortRecord> ports, unsigned index) const {
    if (index >= ports.size()) return {};
    const unsigned tensor = ports[index].tensor;
    if (tensors_[tensor].type != DataTypeOf<std::remove_const_t<T>>::value) return {};
    return {reinterpret_cast<T*>(address(tensor)), shape(tensor).size()};
  }

  Span<std::byte> bytes(Span<const PortRecord> ports, unsigned index) const {
    if (index >= ports.size()) return {};
    const unsigned tensor = ports[index].tensor;
    const std::size_t elements = shape(tensor).size();
    return {address(tensor), elements * element_bytes(tensors_[tensor].type)};
  }

  const TensorRecord* tensors_ = nullptr;
  const std::uint32_t* shapes_ = nullptr;
  const std::uint16_t* arguments_ = nullptr;
  const LayerRecord* layers_ = nullptr;
  const Kernel* kernels_ = nullptr;
  std::byte* block_ = nullptr;
  std::byte* memories_[3] = {};  // by Memory; the weights are never written
  Span<const PortRecord> inputs_;
  Span<const PortRecord> outputs_;
  std::uint32_t layer_count_ = 0;
  std::uint32_t state_bytes_ = 0;
};

/// What a kernel sees of the layer it computes: arguments by number, and its parameters.
class Layer {
 public:
  Layer(const Network& network, const LayerRecord& record)
      : network_(network),
        arguments_(network.arguments_ + record.arguments),
        parameters_(network.block_ + record.parameters),
        inputs_(record.inputs),
        outputs_(record.outputs) {}

  unsigned inputs() const { return inputs_; }
  unsigned outputs() const { return outputs_; }

  template <typename T>
  const T* input(unsigned index) const { return at<const T>(index); }
  template <typename T>
  T* output(unsigned index) const { return at<T>(inputs_ + index); }
  /// Scratch or state, as the operator's table in schema/model.fbs lists them.
  template <typename T>
  T* temporary(unsigned index) const { return at<T>(inputs_ + outputs_ + index); }

  Shape input_shape(unsigned index) const { return network_.shape(arguments_[index]); }
  Shape output_shape(unsigned index) const { return network_.shape(arguments_[inputs_ + index]); }
  DataType input_type(unsigned index) const { return network_.tensors_[arguments_[index]].type; }

  /// What the operator's check wrote: the struct of runtime/kernels/<operator>.hpp.
  template <typename Parameters>
  const Parameters& parameters() const {
    return *reinterpret_cast<const Parameters*>(parameters_);
  }

 private:
  template <typename T>
  T* at(unsigned argument) const {
    return reinterpret_cast<T*>(network_.address(arguments_[argument]));
  }

  const Network& network_;
  const std::uint16_t* arguments_;
  const std::byte* parameters_;
  std::uint8_t inputs_;
  std::uint8_t outputs_;
};

}  // namespace nacre
