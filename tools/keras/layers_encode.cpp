// Categories and numbers as rows of zeros and ones, or as counts: CategoryEncoding, Discretization.

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "tools/graph/compositions.hpp"
#include "tools/keras/encode.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kMostCategories = 1 << 16;

}  // namespace

ValueId as_numbers(const KerasLayer& layer, ValueId x) {
  return add_cast(layer.graph, x, DataType::float32, layer.name + ".number");
}

ValueId as_integers(const KerasLayer& layer, ValueId x) {
  return add_cast(layer.graph, x, DataType::int32, layer.name + ".integer");
}

namespace {

/// x with one more axis, of length 1, behind the others.
ValueId with_unit_axis(const KerasLayer& layer, ValueId x) {
  Dimensions shape = layer.graph.shape(x);
  shape.push_back(1);
  return add_reshape(layer.graph, x, {shape.begin() + 1, shape.end()}, "");
}

ValueId without_axis(const KerasLayer& layer, ValueId x, std::size_t axis) {
  Dimensions shape = layer.graph.shape(x);
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  return add_reshape(layer.graph, x, {shape.begin() + 1, shape.end()}, "");
}

/// Whole numbers x as rows of `depth` numbers: a 1 at the place of each, none for a number that is no place.
ValueId one_hot(const KerasLayer& layer, ValueId x, std::int64_t depth) {
  std::vector<double> places(static_cast<std::size_t>(depth));
  std::iota(places.begin(), places.end(), 0.0);
  return add_functions(layer.graph, {MapFunction::equal},
                       {with_unit_axis(layer, x), layer.graph.add_constant({depth}, std::move(places))}, layer.name);
}

}  // namespace

ValueId encoded(const KerasLayer& layer, ValueId x, std::int64_t depth, const std::string& mode,
                std::optional<ValueId> weights) {
  if (depth < 1 || depth > kMostCategories)
    layer.refuse(fmt::format("has {} categories, more than Nacre computes", depth), "build the model with fewer");
  const std::size_t rank = layer.graph.shape(x).size();
  if (mode == "one_hot") {
    if (layer.graph.shape(x).back() == 1 && rank > 1) x = without_axis(layer, x, rank - 1);
    return one_hot(layer, x, depth);
  }
  if (mode != "multi_hot" && mode != "count")
    layer.refuse("has the output_mode " + mode, "build the model with one_hot, multi_hot or count");
  if (rank != 2)
    layer.refuse("counts categories of an input that has not one axis", "give it rows of categories");
  const auto function = mode == "count" ? ReduceFunction::sum : ReduceFunction::maximum;
  ValueId rows = one_hot(layer, x, depth);
  if (weights)
    rows = add_functions(layer.graph, {MapFunction::multiply}, {rows, with_unit_axis(layer, *weights)},
                         layer.name + ".weighed");
  return without_axis(layer, add_reduced(layer.graph, rows, function, 0b10, layer.name), 1);
}

void refuse_sparse(const KerasLayer& layer) {
  if (layer.flag("sparse", false)) layer.refuse("gives sparse tensors (sparse=True)", "build the model without");
}

/// Categories beyond the last, for which Keras 2 has an error, are rows of zeros.
ValueId import_category_encoding(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  if (inputs.size() > 2) layer.refuse("takes more than categories and weights");
  const std::optional<ValueId> weights = inputs.size() > 1 ? std::optional(inputs[1]) : std::nullopt;
  if (weights && layer.text("output_mode", "multi_hot") != "count")
    layer.refuse("weighs categories that it does not count", "build the model with output_mode=\"count\"");
  return encoded(layer, as_numbers(layer, inputs[0]), static_cast<std::int64_t>(layer.number("num_tokens", 0)),
                 layer.text("output_mode", "multi_hot"), weights);
}

/// How many of the boundaries are not above x; of a NaN, all.
ValueId import_discretization(const KerasLayer& layer, const std::vector<ValueId>& inputs) {
  refuse_sparse(layer);
  const auto stated = layer.config.find("bin_boundaries");
  if (stated == layer.config.end() || !stated->is_array())
    layer.refuse("lacks its bin_boundaries", "build the layer with bin_boundaries, those that it has learnt");
  std::vector<double> boundaries;
  for (const auto& one : *stated) {
    if (!one.is_number()) layer.refuse("has the boundary " + one.dump());
    boundaries.push_back(static_cast<float>(one.get<double>()));
  }
  if (!std::ranges::is_sorted(boundaries)) layer.refuse("has boundaries that do not ascend");
  const auto count = static_cast<std::int64_t>(boundaries.size());
  ValueId x = as_numbers(layer, inputs[0]);
  if (count == 0) layer.refuse("has no boundaries, and thus one bin", "leave it out");
  const ValueId limits = layer.graph.add_constant({count}, std::move(boundaries));
  const auto axis = static_cast<unsigned>(layer.graph.shape(x).size());
  const ValueId above = add_functions(layer.graph, {MapFunction::greater}, {limits, with_unit_axis(layer, x)},
                                      layer.name + ".above");
  x = without_axis(layer, add_reduced(layer.graph, above, ReduceFunction::sum, 1u << axis, layer.name + ".sum"), axis);
  Program program;
  program.then(MapFunction::subtract, DataType::float32,
               {program.literal(static_cast<double>(count), DataType::float32), input_of_program(0)});
  const std::string mode = layer.text("output_mode", "int");
  if (mode == "int")
    program.instructions.push_back({MapFunction::cast, DataType::float32, DataType::int32, {kOutputOfProgram}});
  x = layer.graph.add_map(program, {x}, layer.name + ".bin");
  return mode == "int" ? x : encoded(layer, x, count + 1, mode);
}

}  // namespace nacre::tools
