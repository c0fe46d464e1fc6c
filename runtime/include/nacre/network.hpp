#pragma once

#include <cstddef>
#include <cstdint>

#include "nacre/kernel.hpp"
#include "nacre/span.hpp"
#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre {

constexpr unsigned kMaxMemories = 8;              ///< of a model
constexpr unsigned kDeepestBody = 4;              ///< so many layers with a body may stand in each other
constexpr std::uint32_t kAbsent = 0xffffffff;     ///< stands for an argument that is not there

/// One layer: the file's own record, read in place. Its arguments are inputs, outputs, then temporaries.
struct LayerRecord {
  std::uint32_t arguments;  ///< its first entry among the model's arguments
  std::uint16_t kernel;     ///< index among the kernels that the model names
  std::uint16_t inputs;
  std::uint8_t outputs;
  std::uint8_t temporaries;
  std::uint16_t body;  ///< so many layers behind it belong to it
};
static_assert(sizeof(LayerRecord) == 12, "as the struct Layer of schema/model.fbs");

/// A tensor that the caller fills or reads: the file's own record, read in place.
struct PortRecord {
  static constexpr std::uint16_t kRefusesMissing = 1;   ///< a NaN is no row for this model
  static constexpr std::uint16_t kRefusesInfinite = 2;  ///< nor is an infinity

  std::uint32_t tensor;
  std::uint16_t flags;  ///< of a float32 or float64 input, as above
  std::uint16_t reserved;
  float scale;  ///< of a quantised tensor: real = scale * (stored - zero_point); else 0
  std::int32_t zero_point;
};

/// An element of an input.
struct InputPlace {
  std::uint32_t input;
  std::uint32_t element;
};

/// A loaded model: pointers into the mapped file and into the caller's blocks; it owns neither, and
/// both must stay where they are for as long as it is used. Cheap to copy, but a copy shares the
/// blocks. A network belongs to one thread (or interrupt level) at a time; a mapped model may be
/// shared by any number of networks.
class Network {
 public:
  /// A range of bytes in which tensors lie: the file's own record, read in place.
  struct MemoryRecord {
    MemoryKind kind;
    std::uint8_t block;  ///< which of the caller's blocks, or which weights section
    std::uint8_t reserved[2];
    std::uint32_t bytes;
  };

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
  /// not_finite where one does, with the first in `place`, which may be null. Optional, before run(): some 300 bytes of
  /// code on a Cortex-M4, and a look at each element of the inputs that refuse something.
  Status check_inputs(InputPlace* place = nullptr) const;

  /// One forward pass. Never allocates; the time depends on the model alone, but for trees.
  Status run() const;

  /// Zeroes the state of stateful layers. load() has done it once.
  void reset_state() const;

  /// Layer by layer, for profilers and tests: run() is run_layer(i) for i from 0 to layers() - 1, without those that
  /// belong to another (see body()).
  unsigned layers() const { return layer_count_; }
  Status run_layer(unsigned index) const;
  /// So many layers behind `index` belong to it: it runs them itself.
  unsigned body(unsigned index) const { return layers_[index].body; }
  /// The kernel that computes layer `index`.
  const Kernel& kernel(unsigned index) const { return named_kernel(layers_[index].kernel); }

 private:
  friend class Batch;  // of a host, many rows at once: python/src/batch.hpp
  friend class Layer;
  friend class Loader;
  friend class RowsRun;

  /// The linked kernel that is number `index` of those that the model names.
  const Kernel& named_kernel(unsigned index) const { return kernels_[rows_[index]]; }
  /// Runs the layers from `first` up to `end`, without those that belong to one of them.
  Status run_layers(unsigned first, unsigned end) const;
  Shape shape(unsigned tensor) const {
    return {shapes_ + tensors_[tensor].shape, tensors_[tensor].rank};
  }
  std::byte* address(unsigned tensor) const {
    const TensorRecord& record = tensors_[tensor];
    return memories_[record.memory] + record.offset;
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
  const std::uint32_t* arguments_ = nullptr;
  const LayerRecord* layers_ = nullptr;
  const std::uint32_t* parameters_ = nullptr;  // one offset per layer, each from its own place
  const Kernel* kernels_ = nullptr;
  const std::uint16_t* rows_ = nullptr;  // in kernels_, of the kernels that the model names
  std::byte* memories_[kMaxMemories] = {};  // those of weights are never written
  Span<const PortRecord> inputs_;
  Span<const PortRecord> outputs_;
  Span<const MemoryRecord> memory_records_;
  std::uint32_t layer_count_ = 0;
};

/// What a kernel sees of the layer it computes: arguments by number, and its parameters.
class Layer {
 public:
  Layer(const Network& network, unsigned index)
      : network_(network), record_(network.layers_[index]), arguments_(network.arguments_ + record_.arguments) {}

  unsigned inputs() const { return record_.inputs; }
  unsigned outputs() const { return record_.outputs; }
  unsigned temporaries() const { return record_.temporaries; }
  /// Whether input `index` is there: optional ones may be absent.
  bool has_input(unsigned index) const { return index < record_.inputs && arguments_[index] != kAbsent; }

  template <typename T>
  const T* input(unsigned index) const { return at<const T>(index); }
  template <typename T>
  T* output(unsigned index) const { return at<T>(record_.inputs + index); }
  /// Scratch or state, as the operator's description lists them.
  template <typename T>
  T* temporary(unsigned index) const { return at<T>(record_.inputs + record_.outputs + index); }

  Shape input_shape(unsigned index) const { return network_.shape(arguments_[index]); }
  Shape output_shape(unsigned index) const { return network_.shape(arguments_[record_.inputs + index]); }
  DataType input_type(unsigned index) const { return network_.tensors_[arguments_[index]].type; }
  DataType output_type(unsigned index) const { return network_.tensors_[arguments_[record_.inputs + index]].type; }
  /// Bytes of temporary `index`.
  std::uint32_t temporary_bytes(unsigned index) const {
    const std::uint32_t tensor = arguments_[record_.inputs + record_.outputs + index];
    return network_.shape(tensor).size() * element_bytes(network_.tensors_[tensor].type);
  }

  /// Runs the layers of the body once.
  Status run_body() const {
    const auto first = static_cast<unsigned>(&record_ - network_.layers_) + 1;
    return network_.run_layers(first, first + record_.body);
  }

  /// Number `index` of the kernels that the model names.
  const Kernel& named_kernel(unsigned index) const { return network_.named_kernel(index); }

  /// The layer's struct of nacre/operators.hpp, in the file.
  template <typename Parameters>
  const Parameters& parameters() const {
    const std::uint32_t* const offset = network_.parameters_ + (&record_ - network_.layers_);
    return *reinterpret_cast<const Parameters*>(reinterpret_cast<const std::byte*>(offset) + *offset);
  }

 private:
  friend class RowsRun;

  template <typename T>
  T* at(unsigned argument) const {
    return reinterpret_cast<T*>(network_.address(arguments_[argument]));
  }

  const Network& network_;
  const LayerRecord& record_;
  const std::uint32_t* arguments_;
};

}  // namespace nacre
