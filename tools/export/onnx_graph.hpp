#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "tools/onnx/proto.hpp"

namespace nacre::tools {

class OnnxGraph;

inline constexpr const char* kMlDomain = "ai.onnx.ml";

/// Attributes of a node, each as its message.
class OnnxAttributes {
 public:
  OnnxAttributes& integer(std::string_view name, std::int64_t value);
  OnnxAttributes& real(std::string_view name, float value);
  OnnxAttributes& text(std::string_view name, std::string_view value);
  OnnxAttributes& integers(std::string_view name, const std::vector<std::int64_t>& values);
  OnnxAttributes& reals(std::string_view name, const std::vector<float>& values);
  OnnxAttributes& texts(std::string_view name, const std::vector<std::string>& values);
  OnnxAttributes& tensor(std::string_view name, OnnxType type, const std::vector<std::int64_t>& dims,
                         std::span<const std::byte> elements);
  OnnxAttributes& graph(std::string_view name, const OnnxGraph& graph);

  const std::vector<std::string>& messages() const { return messages_; }

 private:
  std::vector<std::string> messages_;
};

/// A length of an axis, or the name of one that the caller chooses.
struct OnnxAxis {
  std::int64_t length = 0;
  std::string name = {};  ///< where it is open
};

/// A graph that is being written: nodes in their order, constants, and what stands at its ends.
class OnnxGraph {
 public:
  /// `prefix` begins the names of values, which must differ between a graph and those inside it.
  explicit OnnxGraph(std::string prefix = "") : prefix_(std::move(prefix)) {}

  /// Adds a node and returns the names of its outputs. An empty input is one that is left out.
  std::vector<std::string> add_many(std::string_view op, const std::vector<std::string>& inputs, std::size_t outputs,
                                    const OnnxAttributes& attributes = {}, std::string_view domain = "");
  /// The same with one output.
  std::string add(std::string_view op, const std::vector<std::string>& inputs, const OnnxAttributes& attributes = {},
                  std::string_view domain = "") {
    return add_many(op, inputs, 1, attributes, domain).front();
  }
  /// The same, whose output has this name.
  void add_named(std::string_view op, const std::vector<std::string>& inputs, const std::string& output);

  /// A constant of these elements, little-endian. Equal small ones are one.
  std::string constant(OnnxType type, const std::vector<std::int64_t>& dims, std::span<const std::byte> elements);
  std::string constant(const std::vector<std::int64_t>& dims, const std::vector<std::string>& texts);
  std::string integers(const std::vector<std::int64_t>& values);  ///< int64, one axis

  void input(const std::string& name, OnnxType type, const std::vector<OnnxAxis>& shape);
  void output(const std::string& name, OnnxType type, const std::vector<OnnxAxis>& shape);

  /// The version of ai.onnx.ml whose operators stand in it, or in a graph inside it; 0: none do.
  std::int64_t ml_version() const { return ml_version_; }
  void note_ml(std::int64_t version) { ml_version_ = std::max(ml_version_, version); }

  /// The message, under this name.
  std::string message(std::string_view name) const;

 private:
  std::string next_name(std::string_view kind);

  std::string prefix_;
  unsigned names_ = 0;
  std::int64_t ml_version_ = 0;
  std::vector<std::string> nodes_, constants_, inputs_, outputs_;
  std::map<std::tuple<OnnxType, std::vector<std::int64_t>, std::string>, std::string> known_;
};

/// The file of a whole model: operator set 18, and of ai.onnx.ml what it uses. `properties` are names and texts that
/// people read.
std::string onnx_model(const OnnxGraph& graph, std::string_view name, std::string_view producer_version,
                       const std::vector<std::pair<std::string, std::string>>& properties);

}  // namespace nacre::tools
