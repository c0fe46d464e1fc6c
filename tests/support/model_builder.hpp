#pragma once

#include <cstring>
#include <functional>
#include <utility>
#include <type_traits>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "tests/support/model_parts.hpp"

namespace nacre::test {

/// An argument of the layer. Everything may be changed before the model is built, so that a test can
/// also write what no converter would.
struct Argument {
  DataType type;
  MemoryKind memory;
  Dimensions shape;
  std::vector<std::byte> bytes;  ///< of inputs and constants
  int same_place_as = -1;        ///< number of the argument whose offset it takes; -1: a place of its own
};

/// What a run ended with, and the bytes of output 0 where it is ok.
template <typename T>
struct Outcome {
  Status status;
  std::vector<T> values;
};

/// A model file of one layer: built in memory, loaded with `kernels` and run. Arguments are
/// added in the operator's order: inputs (and constants), outputs, temporaries.
class ModelBuilder {
 public:
  /// `parameters` is the operator's struct of nacre/operators.hpp.
  template <typename Parameters>
  explicit ModelBuilder(const Parameters& parameters) : op(Parameters::kOperator), bytes(sizeof parameters) {
    std::memcpy(bytes.data(), &parameters, sizeof parameters);
  }

  /// An input that the caller fills before each run.
  template <typename T>
  ModelBuilder& input(Dimensions shape, const std::vector<T>& values) {
    return add(&inputs, DataTypeOf<T>::value, MemoryKind::activations, std::move(shape), values);
  }
  /// An input that lies in the weights.
  template <typename T>
  ModelBuilder& constant(Dimensions shape, const std::vector<T>& values) {
    return add(&inputs, DataTypeOf<T>::value, MemoryKind::weights, std::move(shape), values);
  }
  template <typename T>
  ModelBuilder& output(Dimensions shape) {
    return add(&outputs, DataTypeOf<T>::value, MemoryKind::activations, std::move(shape), std::vector<T>{});
  }
  template <typename T>
  ModelBuilder& temporary(Dimensions shape, MemoryKind memory = MemoryKind::activations) {
    return add(&temporaries, DataTypeOf<T>::value, memory, std::move(shape), std::vector<T>{});
  }

  Argument& argument(unsigned number) { return arguments[number]; }
  template <typename Parameters>
  Parameters& parameters() { return *reinterpret_cast<Parameters*>(bytes.data()); }

  /// The name of the kernel that the layer asks for: what follows from its struct and its arguments, unless a test
  /// has changed it by `rename`.
  KernelName kernel_name() const;

  /// The bytes of the file, without digests: what load_status() and run() load.
  std::vector<std::byte> file() const;

  /// Builds and loads; what load() says. `place`, where not null, learns where it failed.
  Status load_status(Place* place = nullptr) const;

  /// Builds, loads, fills the inputs and runs `times` times.
  template <typename T>
  Outcome<T> try_run(unsigned times = 1) const {
    std::vector<std::byte> result;
    const Status status = run_bytes(times, &result);
    std::vector<T> values(status == Status::ok ? result.size() / sizeof(T) : 0);
    if (!values.empty()) std::memcpy(static_cast<void*>(values.data()), result.data(), result.size());
    return {status, std::move(values)};
  }
  /// The elements of output 0; empty where the model does not load or run.
  template <typename T>
  std::vector<T> run(unsigned times = 1) const { return try_run<T>(times).values; }

  Operator op;
  std::vector<std::byte> bytes;  ///< of the operator's struct
  std::function<void(KernelName&)> rename = {};
  std::vector<KernelName> functions = {};  ///< that a program calls: the model names them behind the layer's kernel
  std::function<void(ModelParts&)> complete = {};  ///< adds the layers of the body: tensors have the arguments' numbers
  Kernels kernels = reference_kernels();
  std::vector<Argument> arguments;
  std::uint16_t inputs = 0;
  std::uint8_t outputs = 0, temporaries = 0;

 private:
  template <typename Count, typename T>
  ModelBuilder& add(Count* count, DataType type, MemoryKind memory, Dimensions shape, const std::vector<T>& values) {
    Argument argument{type, memory, std::move(shape), {}};
    argument.bytes.resize(values.size() * sizeof(T));
    if constexpr (std::is_same_v<T, bool>)
      for (std::size_t i = 0; i < values.size(); ++i) argument.bytes[i] = static_cast<std::byte>(values[i]);
    else if (!values.empty()) std::memcpy(argument.bytes.data(), values.data(), argument.bytes.size());
    arguments.push_back(std::move(argument));
    ++*count;
    return *this;
  }
  Status run_bytes(unsigned times, std::vector<std::byte>* output) const;
};

}  // namespace nacre::test
