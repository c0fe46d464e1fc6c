#pragma once

#include <string_view>
#include <vector>

#include "tools/onnx/importer.hpp"

namespace nacre::tools {

inline constexpr std::string_view kOnnxMl = "ai.onnx.ml";

/// One meaning of an operator: a row stands at the end of the file that has its function. Where operator sets differ in
/// meaning there are several rows, of which the newest that is not newer than the model counts.
struct OnnxOperator {
  std::string_view name;
  std::int64_t since;  ///< the first operator set that it is of
  /// Adds the nodes that compute it.
  void (*import)(const OnnxCall&);
  /// Computes it of inputs that are all known, exactly, where the evaluation of what `import` adds is not exact or has
  /// no answer, as for tensors without elements. Null: there is no need.
  void (*fold)(const OnnxCall&) = nullptr;
  std::uint16_t function = 0;  ///< for `import`
  std::string_view domain = "";
};

// Those of each family, in operators_*.cpp.
std::vector<OnnxOperator> onnx_elementwise_operators();
std::vector<OnnxOperator> onnx_activation_operators();
std::vector<OnnxOperator> onnx_matrix_operators();
std::vector<OnnxOperator> onnx_window_operators();
std::vector<OnnxOperator> onnx_pool_operators();
std::vector<OnnxOperator> onnx_reduce_operators();
std::vector<OnnxOperator> onnx_normalize_operators();
std::vector<OnnxOperator> onnx_layout_operators();
std::vector<OnnxOperator> onnx_cast_operators();
std::vector<OnnxOperator> onnx_pad_operators();
std::vector<OnnxOperator> onnx_shape_operators();
std::vector<OnnxOperator> onnx_index_operators();
std::vector<OnnxOperator> onnx_logic_operators();
std::vector<OnnxOperator> onnx_quantized_operators();
std::vector<OnnxOperator> onnx_recurrent_operators();
std::vector<OnnxOperator> onnx_resize_operators();
std::vector<OnnxOperator> onnx_attention_operators();
std::vector<OnnxOperator> onnx_loss_operators();
std::vector<OnnxOperator> onnx_control_operators();
std::vector<OnnxOperator> onnx_term_operators();
std::vector<OnnxOperator> onnx_ml_operators();
std::vector<OnnxOperator> onnx_ml_tree_operators();
std::vector<OnnxOperator> onnx_ml_ensemble_operators();
std::vector<OnnxOperator> onnx_ml_svm_operators();

/// All that are read.
const std::vector<OnnxOperator>& onnx_operators();

/// The row for a node, by the version of its domain. Throws Refusal of `where` where there is none.
const OnnxOperator& onnx_operator(const OnnxNodeProto& node, std::int64_t opset, const std::string& where);

/// The domain as rows have it.
std::string_view onnx_domain(std::string_view domain);

}  // namespace nacre::tools
