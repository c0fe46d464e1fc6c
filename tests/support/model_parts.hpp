#pragma once

#include <cstring>
#include <vector>

#include "nacre/kernels.hpp"
#include "nacre/load.hpp"
#include "schema/model_generated.h"

namespace nacre::test {

using Dimensions = std::vector<std::uint32_t>;

/// A section and its bytes. Its place and its digest are filled in.
struct SectionParts {
  std::uint16_t kind;
  std::vector<std::uint8_t> bytes;
  std::uint16_t flags = 0;
};

/// A model file in parts, each as it will stand in the file, so that a test can write what no converter would.
struct ModelParts {
  schema::Header header{kFormatVersion, 16, 0, 0, 0, 0, {}};  ///< file_size is filled in
  std::vector<SectionParts> sections;
  std::vector<schema::Memory> memories;
  std::vector<schema::Tensor> tensors;
  std::vector<std::uint32_t> shapes;
  std::vector<schema::Kernel> kernels;
  std::vector<schema::Layer> layers;
  std::vector<std::uint32_t> arguments;
  std::vector<Operator> operators;                 ///< one per layer
  std::vector<std::vector<std::byte>> parameters;  ///< bytes of each operator's struct
  std::vector<schema::Port> inputs, outputs;
  unsigned unknown_fields = 0;  ///< so many fields of Model, behind those that the schema knows

  /// Appends a tensor; returns its number.
  std::uint32_t add_tensor(DataType type, std::uint8_t memory, std::uint32_t offset, const Dimensions& shape,
                           std::uint8_t alias = 0);
  void add_input(std::uint32_t tensor) { inputs.emplace_back(tensor, std::uint16_t{0}, std::uint16_t{0}, 0.0f, 0); }
  void add_output(std::uint32_t tensor) { outputs.emplace_back(tensor, std::uint16_t{0}, std::uint16_t{0}, 0.0f, 0); }
  void add_kernel(const KernelName& name);
  /// Appends a layer, and the kernel that its struct and its tensors ask for.
  template <typename Parameters>
  void add_layer(const Parameters& of_layer, const std::vector<std::uint32_t>& from,
                 const std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& temporaries = {}) {
    std::vector<std::byte> bytes(sizeof of_layer);
    std::memcpy(bytes.data(), &of_layer, sizeof of_layer);
    add_layer(Parameters::kOperator, bytes, from, to, temporaries);
  }
  void add_layer(Operator op, const std::vector<std::byte>& bytes, const std::vector<std::uint32_t>& from,
                 const std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& temporaries);

  /// The file, without digests.
  std::vector<std::byte> file() const;
};

/// The kernel that follows from an operator's struct and the types of a layer's inputs.
KernelName kernel_name_of(Operator op, const std::vector<std::byte>& bytes, const std::vector<DataType>& inputs);

/// The position of a dimension, an offset or a size after which the next may stand.
constexpr std::uint32_t round_up(std::uint32_t bytes, std::uint32_t alignment) {
  return (bytes + alignment - 1) / alignment * alignment;
}

}  // namespace nacre::test
