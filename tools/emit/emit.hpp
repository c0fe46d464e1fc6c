#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/plan/plan.hpp"

namespace nacre::tools {

/// The elements of one tensor as the file and the runtime hold them; strings apart.
struct TensorData {
  std::vector<std::byte> bytes;
  std::vector<std::string> text;
  bool operator==(const TensorData&) const = default;
};

/// Inputs and the outputs that they must give.
struct GoldenCase {
  std::vector<TensorData> inputs;
  std::vector<TensorData> outputs;
};

/// Bytes of a model file, 64-byte aligned in memory.
class ModelBytes {
 public:
  ModelBytes() = default;
  explicit ModelBytes(flatbuffers::DetachedBuffer buffer) : buffer_(std::move(buffer)) {}
  const std::byte* data() const { return reinterpret_cast<const std::byte*>(buffer_.data()); }
  std::byte* data() { return reinterpret_cast<std::byte*>(buffer_.data()); }
  std::size_t size() const { return buffer_.size(); }

 private:
  flatbuffers::DetachedBuffer buffer_;
};

/// What people read about the model, beside what the graph says.
struct Identity {
  std::string name;
  std::string model_version;
  std::string converter;
};

/// Writes the model file: the same graph, identity and golden cases give the same bytes.
/// `network_bytes` is measured by loading the result once with the reference kernels.
ModelBytes emit(const Graph& graph, const Plan& plan, const Identity& identity,
                const std::vector<GoldenCase>& golden);

/// The elements of a constant as the device holds them: rounded once to `type`. `to` has their size.
void encode(const Array& array, DataType type, std::span<std::byte> to);
std::vector<std::byte> encode(const Array& array, DataType type);

}  // namespace nacre::tools
