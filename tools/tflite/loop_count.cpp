// Counts the steps of a loop at conversion, as far as its counters say: single integers, which a condition compares.

#include "tools/tflite/loop_count.hpp"

#include <algorithm>
#include <cstring>

#include "tools/tflite/operators.hpp"

namespace nacre::tools {
namespace {

using B = tflite::BuiltinOperator;
using Number = std::optional<std::int64_t>;

constexpr std::int64_t kMostSteps = 1 << 16;
constexpr int kDeepest = 32;  // operators behind each other, of which a condition has a few

/// One graph whose inputs are known or not.
class KnownNumbers {
 public:
  KnownNumbers(const tflite::Model& model, const tflite::SubGraph& graph, const std::vector<Number>& inputs)
      : model_(model), graph_(graph), inputs_(inputs) {}

  Number output(unsigned i) const {
    return graph_.outputs() != nullptr && i < graph_.outputs()->size() ? of(graph_.outputs()->Get(i), 0) : Number{};
  }

 private:
  Number of(int tensor, int depth) const {
    if (depth > kDeepest || tensor < 0 || static_cast<std::size_t>(tensor) >= graph_.tensors()->size()) return {};
    for (unsigned i = 0; graph_.inputs() != nullptr && i < graph_.inputs()->size(); ++i)
      if (graph_.inputs()->Get(i) == tensor) return i < inputs_.size() ? inputs_[i] : Number{};
    for (const tflite::Operator* op : *graph_.operators())
      if (op->outputs() != nullptr && op->inputs() != nullptr && op->outputs()->size() == 1 &&
          op->outputs()->Get(0) == tensor)
        return result(*op, depth + 1);
    return constant(*graph_.tensors()->Get(static_cast<unsigned>(tensor)));
  }

  Number constant(const tflite::Tensor& tensor) const {
    if (tensor.buffer() >= model_.buffers()->size()) return {};
    const auto* data = model_.buffers()->Get(tensor.buffer())->data();
    if (data == nullptr) return {};
    std::int32_t narrow = 0;
    std::int64_t wide = 0;
    if (tensor.type() == tflite::TensorType::INT32 && data->size() == sizeof narrow) {
      std::memcpy(&narrow, data->data(), sizeof narrow);
      return narrow;
    }
    if (tensor.type() == tflite::TensorType::BOOL && data->size() == 1) return data->Get(0) != 0;
    if (tensor.type() != tflite::TensorType::INT64 || data->size() != sizeof wide) return {};
    std::memcpy(&wide, data->data(), sizeof wide);
    return wide;
  }

  Number result(const tflite::Operator& op, int depth) const {
    if (op.opcode_index() >= model_.operator_codes()->size() || op.inputs()->size() == 0) return {};
    const B code = code_of(*model_.operator_codes()->Get(op.opcode_index()));
    const Number a = of(op.inputs()->Get(0), depth);
    const Number b = op.inputs()->size() > 1 ? of(op.inputs()->Get(1), depth) : Number{};
    switch (code) {  // those that one side decides
      case B::LOGICAL_AND: return (a && *a == 0) || (b && *b == 0) ? Number{0} : a && b ? Number{1} : Number{};
      case B::LOGICAL_OR: return (a && *a != 0) || (b && *b != 0) ? Number{1} : a && b ? Number{0} : Number{};
      case B::RESHAPE: case B::SQUEEZE: case B::EXPAND_DIMS: case B::CAST: return a;
      case B::LOGICAL_NOT: return a ? Number{*a == 0} : a;
      default: return a && b ? combined(code, *a, *b) : Number{};
    }
  }

  static Number combined(B code, std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    switch (code) {
      case B::LESS: return a < b;
      case B::LESS_EQUAL: return a <= b;
      case B::GREATER: return a > b;
      case B::GREATER_EQUAL: return a >= b;
      case B::EQUAL: return a == b;
      case B::NOT_EQUAL: return a != b;
      case B::MINIMUM: return std::min(a, b);
      case B::MAXIMUM: return std::max(a, b);
      case B::ADD: return __builtin_add_overflow(a, b, &sum) ? Number{} : Number{sum};
      case B::SUB: return __builtin_sub_overflow(a, b, &sum) ? Number{} : Number{sum};
      case B::MUL: return __builtin_mul_overflow(a, b, &sum) ? Number{} : Number{sum};
      default: return {};
    }
  }

  const tflite::Model& model_;
  const tflite::SubGraph& graph_;
  const std::vector<Number>& inputs_;
};

}  // namespace

std::optional<LoopCount> loop_count(const tflite::Model& model, const tflite::SubGraph& condition,
                                    const tflite::SubGraph& body,
                                    std::vector<std::optional<std::vector<std::int64_t>>> first) {
  std::vector<Number> now;
  for (const auto& numbers : first) now.push_back(numbers && numbers->size() == 1 ? Number{numbers->front()}
                                                  : Number{});
  LoopCount count{0, true};
  for (; count.steps <= kMostSteps; ++count.steps) {
    const Number goes_on = KnownNumbers(model, condition, now).output(0);
    if (goes_on && *goes_on == 0) return count;
    if (!goes_on) count.is_exact = false;
    std::vector<Number> next;
    for (unsigned i = 0; i < now.size(); ++i) next.push_back(KnownNumbers(model, body, now).output(i));
    if (std::ranges::none_of(next, &Number::has_value)) return std::nullopt;
    now = std::move(next);
  }
  return std::nullopt;
}

}  // namespace nacre::tools
