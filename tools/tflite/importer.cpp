#include "tools/tflite/importer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string_view>

#include "tools/common/refusal.hpp"
#include "tools/format/line_ends.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools {
namespace {

constexpr unsigned kMaxRank = 8;  // of the file format

[[noreturn]] void damaged(const std::string& where, const std::string& what) {
  throw Refusal(where, what, "the file is damaged: convert the model to TFLite again");
}

DataType device_type(tflite::TensorType type, const std::string& name) {
  switch (type) {
    case tflite::TensorType::FLOAT32:
    case tflite::TensorType::FLOAT16: return DataType::float32;
    case tflite::TensorType::INT8: return DataType::int8;
    case tflite::TensorType::UINT8: return DataType::uint8;
    case tflite::TensorType::INT32: return DataType::int32;
    case tflite::TensorType::INT64: return DataType::int64;
    default:
      throw Refusal("tensor " + name,
                    std::string("has elements of type ") + tflite::EnumNameTensorType(type),
                    "convert the model with float32 or int8 tensors");
  }
}

ElementType stored_type(tflite::TensorType type) {
  switch (type) {
    case tflite::TensorType::FLOAT16: return ElementType::float16;
    case tflite::TensorType::INT8: return ElementType::int8;
    case tflite::TensorType::UINT8: return ElementType::uint8;
    case tflite::TensorType::INT32: return ElementType::int32;
    case tflite::TensorType::INT64: return ElementType::int64;
    default: return ElementType::float32;
  }
}

/// Whether a tensor can hold this number where it stands for 0; any code of 8 bits where the type is no such code.
bool is_code(std::int64_t zero_point, tflite::TensorType type) {
  return zero_point >= (type == tflite::TensorType::UINT8 ? 0 : -128) &&
         zero_point <= (type == tflite::TensorType::INT8 ? 127 : 255);
}

const tflite::SubGraph& only_subgraph(const tflite::Model& model) {
  if (model.subgraphs() == nullptr || model.subgraphs()->size() == 0 || model.buffers() == nullptr ||
      model.operator_codes() == nullptr)
    damaged("", "the file holds no graph");
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  if (graph.tensors() == nullptr || graph.inputs() == nullptr || graph.outputs() == nullptr ||
      graph.operators() == nullptr)
    damaged("", "the graph lacks tensors or operators");
  if (graph.outputs()->size() == 0) damaged("", "the graph has no outputs");
  return graph;
}

}  // namespace

tflite::BuiltinOperator code_of(const tflite::OperatorCode& code) {
  // Codes above 127 do not fit the old field, which then holds 127.
  const auto old_code = static_cast<int>(code.deprecated_builtin_code());
  const auto new_code = static_cast<int>(code.builtin_code());
  return static_cast<tflite::BuiltinOperator>(std::max(old_code, new_code));
}

Graph read_tflite(const Buffer& file) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.data());
  flatbuffers::Verifier verifier(bytes, file.size(), 64, 1 << 20);
  if (file.size() < 8 || !tflite::VerifyModelBuffer(verifier))
    throw has_text_line_ends(file) ? changed_line_ends()
                                   : Refusal("", "this is not a whole TensorFlow Lite file: it is damaged or cut short", "download or copy it again in full, or convert the model again");
  return TfliteImporter(file, *tflite::GetModel(bytes)).run();
}

TfliteImporter::TfliteImporter(const Buffer& file, const tflite::Model& model)
    : file_(file), model_(model), subgraph_(only_subgraph(model)) {
  const std::size_t count = subgraph_.tensors()->size();
  quantization_.resize(count);
  values_.resize(count);
  integers_.resize(count);
  constant_of_.resize(count);
  for (std::size_t i = 0; i < count; ++i) constant_of_[i] = static_cast<int>(i);
}

const tflite::Tensor& TfliteImporter::tensor(int index) const {
  if (index < 0 || static_cast<std::size_t>(index) >= subgraph_.tensors()->size())
    damaged("", fmt::format("an operator names tensor {}, which does not exist", index));
  return *subgraph_.tensors()->Get(static_cast<unsigned>(index));
}

TensorType TfliteImporter::type(int index) const {
  const TensorType stated = stated_type(index);
  const auto& known = values_[static_cast<std::size_t>(index)];
  return known ? graph_.type(*known) : stated;
}

TensorType TfliteImporter::stated_type(int index) const {
  const tflite::Tensor& t = tensor(index);
  const std::string name = t.name() ? t.name()->str() : std::to_string(index);
  TensorType result{device_type(t.type(), name), {}};
  std::int64_t size = 1;
  if (t.shape() != nullptr && t.shape()->size() > kMaxRank)
    damaged("tensor " + name, fmt::format("has {} dimensions", t.shape()->size()));
  if (t.shape() != nullptr)
    for (const int dimension : *t.shape()) {
      if (dimension <= 0 || __builtin_mul_overflow(size, dimension, &size) || size > (1 << 30))
        damaged("tensor " + name, fmt::format("has a dimension of {}", dimension));
      result.shape.push_back(dimension);
    }
  return result;
}

/// Quantisation parameters enter the graph here and nowhere else: what they are checked for holds in all
/// that follows, so that differences from a zero point, and products of scales, need no checks of their own.
void TfliteImporter::read_tensor(int index) {
  const tflite::Tensor& t = tensor(index);
  const auto* q = t.quantization();
  if (q == nullptr || q->scale() == nullptr || q->scale()->size() == 0) return;
  const std::string where = "tensor " + (t.name() ? t.name()->str() : std::to_string(index));
  Quantization& result = quantization_[static_cast<std::size_t>(index)];
  for (const float scale : *q->scale()) {
    if (!(scale > 0) || !std::isfinite(scale)) damaged(where, fmt::format("has a scale of {}", scale));
    result.scale.push_back(scale);
  }
  if (result.scale.size() > 1) {  // one scale for each index of an axis
    result.axis = q->quantized_dimension();
    const auto rank = t.shape() == nullptr ? 0 : static_cast<int>(std::min(t.shape()->size(), kMaxRank));
    if (result.axis < 0 || result.axis >= rank ||
        static_cast<std::size_t>(t.shape()->Get(static_cast<unsigned>(result.axis))) != result.scale.size())
      damaged(where, fmt::format("has {} scales for axis {}", result.scale.size(), result.axis));
  }
  result.zero_point.resize(result.scale.size());
  if (q->zero_point() != nullptr)
    for (unsigned i = 0; i < q->zero_point()->size() && i < result.zero_point.size(); ++i) {
      std::int64_t stored;  // the verifier does not ask that 8-byte elements are aligned
      std::memcpy(&stored, q->zero_point()->Data() + i * sizeof stored, sizeof stored);
      if (!is_code(stored, t.type())) damaged(where, fmt::format("has a zero point of {}", stored));
      result.zero_point[i] = static_cast<std::int32_t>(stored);
    }
}

bool TfliteImporter::is_constant(int index) const {
  const std::uint32_t buffer = tensor(constant_of_[static_cast<std::size_t>(index)]).buffer();
  if (buffer >= model_.buffers()->size()) damaged("", fmt::format("buffer {} does not exist", buffer));
  const auto* data = model_.buffers()->Get(buffer)->data();
  return data != nullptr && data->size() > 0;
}

Array TfliteImporter::stored_array(int index) const {
  const int source = constant_of_[static_cast<std::size_t>(index)];
  const tflite::Tensor& t = tensor(source);
  const std::string name = t.name() ? t.name()->str() : std::to_string(source);
  if (!is_constant(source))
    throw Refusal("tensor " + name, "is computed where a constant is needed",
                  "convert the model with constant weights and shapes");
  const auto* data = model_.buffers()->Get(t.buffer())->data();
  const TensorType own = type(source);
  const std::size_t bytes = static_cast<std::size_t>(own.size()) * element_size(stored_type(t.type()));
  if (data->size() != bytes)
    damaged("tensor " + name, fmt::format("has {} bytes where its shape needs {}", data->size(), bytes));
  const auto offset = static_cast<std::size_t>(reinterpret_cast<const std::byte*>(data->data()) - file_.data());
  return Array(stored_type(t.type()), own.shape, file_.slice(offset, bytes));
}

std::vector<double> TfliteImporter::real_constant(int index) const {
  const Array array = stored_array(index);
  std::vector<double> values = array.to<double>();
  const Quantization& q = quantization_[static_cast<std::size_t>(constant_of_[static_cast<std::size_t>(index)])];
  if (q.scale.empty() || array.type() == ElementType::float32) return values;
  std::size_t inner = 1;  // elements that follow each other with one scale
  for (std::size_t axis = static_cast<std::size_t>(q.axis) + 1; axis < array.shape().size(); ++axis)
    inner *= static_cast<std::size_t>(array.shape()[axis]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t c = q.scale.size() == 1 ? 0 : i / inner % q.scale.size();
    values[i] = (values[i] - q.zero_point[c]) * q.scale[c];
  }
  return values;
}

std::vector<std::int64_t> TfliteImporter::integer_constant(int index) const {
  (void)tensor(index);
  const auto& computed = integers_[static_cast<std::size_t>(index)];
  return computed ? *computed : stored_array(index).to<std::int64_t>();
}

void TfliteImporter::Call::define_integers(std::vector<std::int64_t> numbers) const {
  if (static_cast<std::int64_t>(numbers.size()) != output_type().size())
    refuse(fmt::format("gives {} numbers where the file says {}", numbers.size(), to_string(output_type())));
  importer.integers_[static_cast<std::size_t>(output())] = std::move(numbers);
}

ValueId TfliteImporter::value(int index) {
  const TensorType own = type(index);
  auto& known = values_[static_cast<std::size_t>(index)];
  if (known) return *known;
  if (const auto& numbers = integers_[static_cast<std::size_t>(index)]) {
    known = graph_.add_constant(Array::of(ElementType::int64, own.shape, *numbers), own.type);
    return *known;
  }
  if (!is_constant(index))
    damaged("tensor " + std::to_string(index), "is read before it is computed");
  if (own.type == DataType::float32)
    known = graph_.add_constant(Array::of(ElementType::float32, own.shape, real_constant(index)));
  else
    known = graph_.add_constant(stored_array(index), own.type);
  graph_.values[*known].quantization = quantization_[static_cast<std::size_t>(index)];
  return *known;
}

void TfliteImporter::check_operator_codes() const {
  for (const auto* code : *model_.operator_codes()) {
    if (code_of(*code) != tflite::BuiltinOperator::CUSTOM) continue;
    const std::string name = code->custom_code() ? code->custom_code()->str() : "";
    if (name.starts_with("Flex"))
      throw Refusal("operator " + name, "needs TensorFlow operators outside TFLite (Flex)",
                    "convert with TFLITE_BUILTINS only, for instance with unroll=True for recurrent layers");
    throw Refusal("custom operator " + name, "is code that the file does not hold",
                  "replace it by TensorFlow Lite's own operators");
  }
}

Graph TfliteImporter::run() {
  check_operator_codes();
  for (unsigned i = 0; i < subgraph_.tensors()->size(); ++i) read_tensor(static_cast<int>(i));
  for (const int input : *subgraph_.inputs()) {
    const auto* name = tensor(input).name();
    const ValueId id = graph_.add_input(name ? name->str() : fmt::format("input_{}", input), type(input));
    graph_.values[id].quantization = quantization_[static_cast<std::size_t>(input)];
    values_[static_cast<std::size_t>(input)] = id;
  }
  for (unsigned i = 0; i < subgraph_.operators()->size(); ++i)
    import_operator(*subgraph_.operators()->Get(i), i);
  for (const int output : *subgraph_.outputs()) {
    const auto* name = tensor(output).name();
    const ValueId id = value(output);
    graph_.add_output(name ? name->str() : fmt::format("output_{}", output), id);
  }
  graph_.sources.push_back({"", "", "tensorflow-lite", std::to_string(model_.version())});
  return std::move(graph_);
}

void TfliteImporter::import_operator(const tflite::Operator& op, std::size_t index) {
  if (op.opcode_index() >= model_.operator_codes()->size())
    damaged(fmt::format("operator {}", index), "has a code that does not exist");
  const tflite::BuiltinOperator code = code_of(*model_.operator_codes()->Get(op.opcode_index()));
  const std::string_view word = tflite::EnumNameBuiltinOperator(code);
  const Call call{*this, op, fmt::format("{}_{}", word, index)};
  const TfliteImport import = find_tflite_import(code);
  try {
    if (take_into_blocks(call, code) || take_shape(call, code)) return;
    if (import == nullptr)
      call.refuse(word.empty() ? fmt::format("has the unknown operator code {}", static_cast<int>(code))
                               : fmt::format("{} is not supported", word));
    import(call);
  } catch (const std::logic_error& error) {
    // Importers take a first scale or dimension with at(), and arrays check that their bytes fit their
    // shape: a file whose tensors contradict each other ends there.
    call.refuse(fmt::format("has tensors that do not fit each other ({})", error.what()));
  }
  for (unsigned i = 0; op.outputs() != nullptr && i < op.outputs()->size(); ++i) finish_output(call, i);
}

/// Whether the file leaves a dimension open. It then states 1 for it, which is right for a batch, and wrong for what
/// a batch is flattened to.
bool TfliteImporter::is_of_unknown_size(int index) const {
  const auto* signature = tensor(index).shape_signature();
  return signature != nullptr && std::count(signature->begin(), signature->end(), -1) > 0;
}

/// Gives an output, where the operator has made a value, the shape and quantisation that the file states.
void TfliteImporter::finish_output(const Call& call, unsigned i) {
  const auto index = static_cast<std::size_t>(call.output(i));
  if (!values_[index]) return;
  const TensorType stated = stated_type(call.output(i)), made = graph_.type(*values_[index]);
  const bool same_size = made.size() == stated.size();
  if ((!same_size && !is_of_unknown_size(call.output(i))) || made.type != stated.type)
    call.refuse("would give " + to_string(made) + " where the file says " + to_string(stated));
  if (same_size && made.shape != stated.shape) {
    schema::ReshapeT reshape;
    reshape.shape.assign(stated.shape.begin(), stated.shape.end());
    call.define(graph_.add(std::move(reshape), {*values_[index]}), i);
  }
  graph_.values[*values_[index]].quantization = quantization_[index];
}

bool TfliteImporter::is_read_once(int tensor) const {
  int readers = 0;
  for (const auto* op : *subgraph_.operators())
    if (op->inputs() != nullptr)
      for (const int input : *op->inputs()) readers += input == tensor;
  for (const int output : *subgraph_.outputs()) readers += output == tensor;
  return readers == 1;
}

int TfliteImporter::Call::input(unsigned i) const {
  if (!has_input(i)) refuse(fmt::format("lacks input {}", i));
  const int index = op.inputs()->Get(i);
  (void)importer.tensor(index);
  return index;
}

bool TfliteImporter::Call::has_input(unsigned i) const {
  return op.inputs() != nullptr && i < op.inputs()->size() && op.inputs()->Get(i) >= 0;
}

int TfliteImporter::Call::output(unsigned i) const {
  if (op.outputs() == nullptr || i >= op.outputs()->size()) refuse(fmt::format("lacks output {}", i));
  const int index = op.outputs()->Get(i);
  (void)importer.tensor(index);
  return index;
}

const Quantization& TfliteImporter::Call::intermediate_quantization(unsigned i) const {
  if (op.intermediates() == nullptr || i >= op.intermediates()->size()) refuse(fmt::format("lacks intermediate {}", i));
  const int index = op.intermediates()->Get(i);
  (void)importer.tensor(index);
  return importer.quantization_[static_cast<std::size_t>(index)];
}

void TfliteImporter::Call::refuse(const std::string& what) const {
  throw Refusal("operator " + name, what, "see in the README what converts, or change the model");
}

FusedBounds fused_bounds(const TfliteImporter::Call& call, tflite::ActivationFunctionType function) {
  const float infinity = std::numeric_limits<float>::infinity();
  FusedBounds bounds{-infinity, infinity, -128, 127};
  switch (function) {
    case tflite::ActivationFunctionType::NONE: return bounds;
    case tflite::ActivationFunctionType::RELU: bounds.minimum = 0; break;
    case tflite::ActivationFunctionType::RELU_N1_TO_1: bounds.minimum = -1, bounds.maximum = 1; break;
    case tflite::ActivationFunctionType::RELU6: bounds.minimum = 0, bounds.maximum = 6; break;
    default:
      call.refuse(std::string("fuses ") + tflite::EnumNameActivationFunctionType(function));
  }
  const Quantization& q = call.output_quantization();
  if (q.scale.empty()) return bounds;
  const auto stored = [&](float real) {
    const float steps = std::round(real / q.scale.at(0));
    if (std::abs(steps) > 1e6f) call.refuse("has an output scale too small for the activation that it fuses");
    return q.zero_point.at(0) + static_cast<int>(steps);
  };
  if (bounds.minimum > -infinity) bounds.output_minimum = std::max(-128, stored(bounds.minimum));
  if (bounds.maximum < infinity) bounds.output_maximum = std::min(127, stored(bounds.maximum));
  return bounds;
}

AxisPadding tflite_padding(tflite::Padding padding, std::int64_t input, std::int64_t kernel,
                           std::int64_t stride, std::int64_t dilation) {
  if (padding == tflite::Padding::VALID || stride <= 0) return {0, 0};
  const std::int64_t output = (input + stride - 1) / stride;
  const std::int64_t total =
      std::max<std::int64_t>(0, (output - 1) * stride + (kernel - 1) * dilation + 1 - input);
  if (total > 0xffff) throw std::out_of_range("a padding beyond 65535");
  return {static_cast<std::uint16_t>(total / 2), static_cast<std::uint16_t>(total - total / 2)};
}

}  // namespace nacre::tools
