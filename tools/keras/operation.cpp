#include "tools/keras/operation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "tools/common/refusal.hpp"
#include "tools/common/text_stream.hpp"
#include "tools/graph/compositions.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;
using Ids = std::vector<ValueId>;

const Json kNoArgument;

/// An array or a number, as a file writes it.
const Json& plain(const Json& value) {
  const Json* inner = &value;
  while (inner->is_object() && !inner->contains("input") && (inner->contains("config") || inner->contains("value")))
    inner = &(*inner)[inner->contains("config") ? "config" : "value"];
  return *inner;
}

bool is_integral(const Json& value) {
  if (value.is_array()) return std::all_of(value.begin(), value.end(), is_integral);
  return value.is_number_integer() || value.is_boolean();
}

void collect(const Json& value, Dimensions& shape, std::vector<double>& numbers, std::size_t depth = 0) {
  if (value.is_array()) {
    if (depth == shape.size()) shape.push_back(static_cast<std::int64_t>(value.size()));
    if (shape.at(depth) != static_cast<std::int64_t>(value.size())) throw std::out_of_range("a ragged array");
    for (const Json& item : value) collect(item, shape, numbers, depth + 1);
  } else if (value.is_number()) {
    numbers.push_back(value.get<double>());
  } else if (value.is_boolean()) {
    numbers.push_back(value.get<bool>() ? 1 : 0);
  } else {
    throw std::out_of_range("no number");
  }
}

ValueId cast(const KerasOperation& operation, ValueId x, DataType to) {
  const DataType from = operation.graph().type(x).type;
  if (from == to) return x;
  if (from != DataType::float32 && from != DataType::int32)
    operation.refuse("computes with elements of another type than float32 and int32",
                     "build the model with float32 or int32");
  Program program;
  program.instructions.push_back({MapFunction::cast, from, to, {input_of_program(0)}});
  return operation.graph().add_map(program, {x}, operation.name() + ".cast");
}

}  // namespace

KerasOperation::KerasOperation(const KerasLayer& layer, const Json& call, Ids inputs, const char* parameters)
    : layer_(layer), inputs_(std::move(inputs)) {
  std::istringstream words = text_stream(parameters);
  const std::vector<std::string> names{std::istream_iterator<std::string>(words), {}};
  const Json positional = call.value("args", Json::array()), named = call.value("kwargs", Json::object());
  if (positional.size() > names.size())
    refuse("is called with more arguments than Nacre knows of it", "build the model with fewer");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Json* found = i < positional.size() ? &positional[i] : &kNoArgument;
    if (found->is_null()) found = named.contains(names[i]) ? &named[names[i]] : found;
    if (found->is_null() && layer.config.contains(names[i])) found = &layer.config[names[i]];
    arguments_.push_back(plain(*found));
  }
  for (const auto& [name, value] : named.items())
    if (name != "name" && !value.is_null() && value != false && std::ranges::find(names, name) == names.end())
      refuse(fmt::format("is called with the argument {}, which Nacre does not read", name),
             "build the model without it");
}

const Json& KerasOperation::argument(std::size_t i) const {
  return i < arguments_.size() ? arguments_[i] : kNoArgument;
}

bool KerasOperation::flag(std::size_t i, bool otherwise) const {
  return argument(i).is_boolean() ? argument(i).get<bool>() : otherwise;
}

double KerasOperation::number(std::size_t i, double otherwise) const {
  if (!has(i)) return otherwise;
  if (!argument(i).is_number()) refuse("takes an argument that is computed, where Nacre needs a number");
  return argument(i).get<double>();
}

namespace {

/// No axis is longer, and no sum of a few of them overflows: larger integers stand for all there is.
constexpr std::int64_t kBeyondAll = std::int64_t{1} << 31;

std::int64_t bounded(const Json& integer) {
  if (integer.is_number_unsigned() && integer.get<std::uint64_t>() > kBeyondAll) return kBeyondAll;
  return std::clamp(integer.get<std::int64_t>(), -kBeyondAll, kBeyondAll);
}

}  // namespace

std::int64_t KerasOperation::integer(std::size_t i, std::int64_t otherwise) const {
  if (!has(i)) return otherwise;
  if (!argument(i).is_number_integer()) refuse("takes " + argument(i).dump() + ", where Nacre needs an integer");
  return bounded(argument(i));
}

std::string KerasOperation::text(std::size_t i, const std::string& otherwise) const {
  return argument(i).is_string() ? argument(i).get<std::string>() : otherwise;
}

std::vector<std::int64_t> KerasOperation::integers(std::size_t i) const {
  std::vector<std::int64_t> result;
  const Json& stated = argument(i);
  for (const Json& item : stated.is_array() ? stated : Json::array({stated})) {
    if (!item.is_number_integer()) refuse("takes " + stated.dump() + ", where Nacre needs integers");
    result.push_back(bounded(item));
  }
  return result;
}

bool KerasOperation::is_tensor(std::size_t i) const { return argument(i).is_object() && argument(i).contains("input"); }

ValueId KerasOperation::tensor(std::size_t i) const {
  const Json& stated = argument(i);
  if (is_tensor(i)) return inputs_.at(stated["input"].get<std::size_t>());
  Dimensions shape;
  std::vector<double> numbers;
  try {
    collect(stated, shape, numbers);
  } catch (const std::logic_error&) {
    refuse("takes an argument that is neither a tensor nor an array of numbers", "build the model without it");
  }
  if (numbers.empty()) refuse("takes an array without elements", "build the model without it");
  if (!is_integral(stated)) return graph().add_constant(shape, std::move(numbers));
  return graph().add_constant(Array::of(ElementType::int32, shape, numbers), DataType::int32);
}

ValueId KerasOperation::as_real(ValueId x) const {
  GraphValue& value = graph().values[x];
  if (value.constant && value.type.type == DataType::int32)
    return graph().add_constant(value.type.shape, value.constant->to<double>());
  return cast(*this, x, DataType::float32);
}

ValueId KerasOperation::as_integer(ValueId x) const { return cast(*this, x, DataType::int32); }

Ids KerasOperation::tensors(std::size_t i) const {
  const Json& stated = argument(i);
  if (!stated.is_array()) return {tensor(i)};
  Ids all;
  for (const Json& item : stated) {
    if (!item.is_object() || !item.contains("input"))
      refuse("takes an array among its tensors", "build the model with tensors alone");
    all.push_back(inputs_.at(item["input"].get<std::size_t>()));
  }
  return all;
}

std::size_t KerasOperation::axis(std::int64_t stated, std::size_t rank) const {
  const auto count = static_cast<std::int64_t>(rank);
  if (stated < -count || stated >= count) refuse(fmt::format("has the axis {}, which its input lacks", stated));
  if (stated == 0 || stated == -count)
    refuse("works along axis 0, the batch, and Nacre predicts row by row",
           "build the model so that it works along another axis");
  return static_cast<std::size_t>(stated < 0 ? stated + count : stated);
}

std::vector<std::size_t> KerasOperation::axes(std::size_t i, std::size_t rank) const {
  if (!has(i)) {
    if (rank == 1) return {};
    refuse("works along all axes, the batch among them, and Nacre predicts row by row",
           "build the model so that it names the axes behind the batch");
  }
  std::vector<std::size_t> all;
  for (const std::int64_t stated : integers(i)) all.push_back(axis(stated, rank));
  return all;
}

ValueId KerasOperation::of_rows(ValueId y) const {
  const Dimensions& shape = graph().shape(y);
  if (shape.empty() || shape[0] != 1)
    refuse("gives a tensor that has not the batch as its first axis, and Nacre predicts row by row",
           "build the model so that the batch stays first");
  return y;
}

namespace {

constexpr std::vector<KerasOperationRow> (*kFamilies[])() = {
    keras_elementwise_operations, keras_formula_operations, keras_reducing_operations,
    keras_moving_operations,      keras_picking_operations, keras_image_operations,
    keras_kernel_operations,      keras_einsum_operations,  keras_other_operations};

}  // namespace

const KerasOperationRow* find_keras_operation(const std::string& name) {
  static const std::vector<KerasOperationRow> rows = [] {
    std::vector<KerasOperationRow> all;
    for (const auto& family : kFamilies) std::ranges::move(family(), std::back_inserter(all));
    return all;
  }();
  const auto found = std::ranges::find_if(rows, [&](const KerasOperationRow& row) { return name == row.name; });
  return found == rows.end() ? nullptr : &*found;
}

std::vector<std::string> keras_operation_names() {
  std::vector<std::string> names;
  for (const auto& family : kFamilies)
    for (const KerasOperationRow& row : family()) names.emplace_back(row.name);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string operation_name(const KerasLayer& layer) {
  return layer.config.contains("function") && layer.config["function"].is_string()
             ? layer.config["function"].get<std::string>()
             : layer.class_name;
}

void check_operation(const KerasLayer& layer) {
  if (layer.class_name == "TFOpLambda" && operation_name(layer) == "einsum")
    layer.refuse("is saved by Keras 2 without the tensors that it multiplies, so that Keras cannot load it either",
                 "multiply by EinsumDense, Dot or tf.matmul");
  if (find_keras_operation(operation_name(layer)) == nullptr)
    layer.refuse("is the operation " + operation_name(layer) + ", which Nacre does not read",
                 "build the model with a layer that does the same, which `nacre supported` names");
}

Ids import_operation(const KerasLayer& layer, const Json& call, const Ids& inputs) {
  check_operation(layer);
  const KerasOperationRow* const row = find_keras_operation(operation_name(layer));
  const KerasOperation operation(layer, call, inputs, row->parameters);
  try {
    Ids outputs = row->import(operation, row->what);
    for (const ValueId output : outputs) (void)operation.of_rows(output);
    return outputs;
  } catch (const Refusal& refusal) {
    throw refusal.changed([&](Obstacle& obstacle) {
      if (obstacle.places.size() == 1 && obstacle.places[0].starts_with("operator "))
        obstacle.places[0] = fmt::format("layer {} ({})", layer.name, layer.class_name);
    });
  }
}

}  // namespace nacre::tools
