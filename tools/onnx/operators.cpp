// Finds the row of an operator among those of the families, and says what there is to say of all others.

#include "tools/onnx/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace nacre::tools {
namespace {

constexpr std::int64_t kOldest = 7, kNewest = 28, kNewestMl = 5;

[[noreturn]] void refuse_opset(const std::string& where, std::string_view domain, std::int64_t opset) {
  const bool is_ml = domain == kOnnxMl;
  throw Refusal(where,
                fmt::format("is of operator set {} of {}, and Nacre knows {} to {}", opset, is_ml ? kOnnxMl : "ONNX",
                            is_ml ? 1 : kOldest, is_ml ? kNewestMl : kNewest),
                "export the model with another opset, or convert it with onnx.version_converter");
}

}  // namespace

std::string_view onnx_domain(std::string_view domain) { return domain == "ai.onnx" ? "" : domain; }

const std::vector<OnnxOperator>& onnx_operators() {
  static const std::vector<OnnxOperator> rows = [] {
    std::vector<OnnxOperator> all;
    for (const auto& family :
         {onnx_elementwise_operators, onnx_activation_operators, onnx_matrix_operators, onnx_window_operators,
          onnx_pool_operators, onnx_reduce_operators, onnx_normalize_operators, onnx_layout_operators,
          onnx_cast_operators, onnx_pad_operators, onnx_shape_operators, onnx_index_operators, onnx_logic_operators,
          onnx_quantized_operators, onnx_recurrent_operators, onnx_resize_operators, onnx_attention_operators,
          onnx_loss_operators, onnx_control_operators, onnx_ml_operators, onnx_ml_tree_operators,
          onnx_ml_ensemble_operators, onnx_ml_svm_operators, onnx_term_operators})
      std::ranges::move(family(), std::back_inserter(all));
    return all;
  }();
  return rows;
}

const OnnxOperator& onnx_operator(const OnnxNodeProto& node, std::int64_t opset, const std::string& where) {
  const std::string_view domain = onnx_domain(node.domain);
  const OnnxOperator* found = nullptr;
  bool is_known = false;
  for (const OnnxOperator& row : onnx_operators()) {
    if (row.name != node.op || row.domain != domain) continue;
    is_known = true;
    if (row.since <= opset && (found == nullptr || row.since > found->since)) found = &row;
  }
  if (domain != "" && domain != kOnnxMl)
    throw Refusal(where, fmt::format("{} is an operator of {}, which is not ONNX's own", node.op, domain),
                  "export the model with ONNX's own operators, or end it before this one");
  if (opset < (domain == "" ? kOldest : 1) || opset > (domain == "" ? kNewest : kNewestMl))
    refuse_opset(where, domain, opset);
  if (found != nullptr) return *found;
  if (is_known) refuse_opset(where, domain, opset);
  throw Refusal(where, fmt::format("{} is not supported", node.op),
                "build the model from operators that `nacre supported onnx` names, or end it before this one");
}

}  // namespace nacre::tools
