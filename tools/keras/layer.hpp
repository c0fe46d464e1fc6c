#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// A layer of a Keras model on its way into a graph.
struct KerasLayer {
  Graph& graph;
  std::string class_name;
  std::string name;
  const nlohmann::json& config;
  std::vector<Array> weights;
  int keras_version;  ///< major

  [[noreturn]] void refuse(const std::string& what, const std::string& advice = "change the layer and save the model again") const;

  /// Entries of the configuration; `otherwise` where they are absent or null.
  std::string text(const char* key, const std::string& otherwise) const;
  bool flag(const char* key, bool otherwise) const;
  double number(const char* key, double otherwise) const;
  /// One or `count` integers, as Keras writes sizes.
  std::vector<std::int64_t> integers(const char* key, std::size_t count, std::int64_t otherwise) const;

  /// Weight `i` with a shape of `rank` dimensions; throws where the file has none.
  const Array& weight(std::size_t i, std::size_t rank) const;
  ValueId constant(const Array& array) const { return graph.add_constant(array); }
  /// Bias, or zeros where the layer has none.
  ValueId bias(std::size_t i, std::int64_t size) const;
  /// Applies the activation that the configuration names under `key`.
  ValueId activated(ValueId x, const char* key = "activation") const;
  ValueId apply(ValueId x, const std::string& activation, double alpha) const;
};

using ImportKerasLayer = ValueId (*)(const KerasLayer& layer, const std::vector<ValueId>& inputs);

/// The function that imports a layer class; null where there is none.
ImportKerasLayer find_keras_layer(const std::string& class_name);

/// The parameters of an activation function by its Keras name; nothing for linear. Softmax is apart.
std::optional<schema::ActivationT> keras_activation(const std::string& name, int keras_version, double alpha);

// Families, in layers_*.cpp.
ValueId import_dense(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_1d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_depthwise_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_separable_conv_2d(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_pool(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_global_pool(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_batch_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_normalization(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_rescaling(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_lstm(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_embedding(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_identity(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_activation(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_activation_layer(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_prelu(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_reshaping(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_permute(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_zero_padding(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_merge(const KerasLayer&, const std::vector<ValueId>&);
ValueId import_concatenate(const KerasLayer&, const std::vector<ValueId>&);

}  // namespace nacre::tools
