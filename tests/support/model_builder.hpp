#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "schema/model_generated.h"

namespace nacre::test {

using Dimensions = std::vector<std::uint32_t>;

/// An argument of the layer. Everything may be changed before the model is built, so that a test can
/// also write what no converter would.
struct Argument {
  DataType type;
  Memory memory;
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
  /// `table` is the object of the operator's schema table; `variant` its function or packing.
  template <typename Table>
  explicit ModelBuilder(Table table, std::uint8_t variant = 0) : variant(variant) {
    op.Set(std::move(table));
  }

  /// An input that the caller fills before each run.
  template <typename T>
  ModelBuilder& input(Dimensions shape, const std::vector<T>& values) {
    return add(&inputs, DataTypeOf<T>::value, Memory::activations, std::move(shape), values);
  }
  /// An input that lies in the weights.
  template <typename T>
  ModelBuilder& constant(Dimensions shape, const std::vector<T>& values) {
    return add(&inputs, DataTypeOf<T>::value, Memory::weights, std::move(shape), values);
  }
  template <typename T>
  ModelBuilder& output(Dimensions shape) {
    return add(&outputs, DataTypeOf<T>::value, Memory::activations, std::move(shape), std::vector<T>{});
  }
  template <typename T>
  ModelBuilder& temporary(Dimensions shape, Memory memory = Memory::activations) {
    return add(&temporaries, DataTypeOf<T>::value, memory, std::move(shape), std::vector<T>{});
  }

  Argument& argument(unsigned number) { return arguments[number]; }
  template <typename Table>
  Table& table() { return *static_cast<Table*>(op.value); }

  /// The bytes of the file, without digests: what load_status() and run() load.
  std::vector<std::byte> file() const;

  /// Builds and loads; what load() says. `place`, where not null, learns where it failed.
  Status load_status(Place* place = nullptr) const;

  /// Builds, loads, fills the inputs and runs `times` times.
  template <typename T>
  Outcome<T> try_run(unsigned times = 1) const {
    std::vector<std::byte> bytes;
    const Status status = run_bytes(times, &bytes);
    std::vector<T> values(status == Status::ok ? bytes.size() / sizeof(T) : 0);
    if (!values.empty()) std::memcpy(static_cast<void*>(values.data()), bytes.data(), bytes.size());
    return {status, std::move(values)};
  }
  /// The elements of output 0; empty where the model does not load or run.
  template <typename T>
  std::vector<T> run(unsigned times = 1) const { return try_run<T>(times).values; }

  schema::OperatorUnion op;
  std::uint8_t variant;
  Kernels kernels = reference_kernels();
  std::vector<Argument> arguments;
  std::uint8_t inputs = 0, outputs = 0, temporaries = 0;

 private:
  template <typename T>
  ModelBuilder& add(std::uint8_t* count, DataType type, Memory memory, Dimensions shape, const std::vector<T>& values) {
    Argument argument{type, memory, std::move(shape), {}};
    argument.bytes.resize(values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(argument.bytes.data(), values.data(), argument.bytes.size());
    arguments.push_back(std::move(argument));
    ++*count;
    return *this;
  }
  Status run_bytes(unsigned times, std::vector<std::byte>* output) const;
};

}  // namespace nacre::test
