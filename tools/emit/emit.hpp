#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"
#include "tools/plan/plan.hpp"
#include "tools/tensors/tensor_data.hpp"

namespace nacre::tools {

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
  std::string target = {};     ///< whose kernels it is for; empty: of any processor
  std::uint32_t rollback = 0;  ///< a boot loader refuses a model with a smaller number than one it has run
};

/// Writes the model file: the same graph, identity and golden cases give the same bytes.
ModelBytes emit(const Graph& graph, const Plan& plan, const Identity& identity,
                const std::vector<GoldenCase>& golden);

}  // namespace nacre::tools
