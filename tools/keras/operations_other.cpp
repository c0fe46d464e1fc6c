// Operations that layers have too, products, and codes.

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using Json = nlohmann::json;

/// The last two axes exchanged.
ValueId turned(Op op, ValueId x) {
  const std::size_t rank = op.graph().shape(x).size();
  if (rank < 2) op.refuse("transposes what is no matrix");
  return move_axis(op.graph(), x, rank - 1, rank - 2);
}

/// Arguments: a, b, and whether each is transposed. Two tensors of the model need an axis before their matrices.
Ids import_matmul(Op op, int) {
  ValueId a = op.real(0), b = op.real(1);
  const auto is_constant = [&](ValueId x) { return op.graph().values[x].constant.has_value(); };
  const std::size_t rank = op.graph().shape(a).size(), other = op.graph().shape(b).size();
  const bool is_dense = is_constant(b) && other == 2;
  if (op.flag(2, false)) a = turned(op, a);
  if (op.flag(3, false)) b = turned(op, b);
  if (!is_dense && (rank != other || rank < 3 || is_constant(a)))
    op.refuse("multiplies across the batch, and Nacre predicts row by row",
              "give both tensors the batch, and matrices behind it");
  if (is_constant(b) && !is_dense) op.refuse("multiplies by an array that is no matrix", "use a Dense layer");
  OnnxFragment fragment(op.graph(), op.name());
  return fragment.finish({fragment.add("MatMul", {fragment.tensor(a), fragment.tensor(b)})});
}

/// x . matrix. Arguments: x, an array.
Ids import_dot(Op op, int) {
  if (op.is_tensor(1)) op.refuse("multiplies across the batch, and Nacre predicts row by row", "use the layer Dot");
  return import_matmul(op, 0);
}

/// Arguments: x, number of classes, axis.
Ids import_one_hot(Op op, int) {
  ValueId x = op.as_real(op.tensor(0));
  const std::size_t rank = op.graph().shape(x).size();
  const std::int64_t depth = op.integer(1, 0), axis = op.integer(2, -1);
  if (depth < 1 || depth > (1 << 16)) op.refuse("has another number of classes than Nacre computes");
  const std::size_t to = op.axis(axis, rank + 1);
  if (op.flag(3, false)) op.refuse("gives sparse tensors (sparse=True)", "build the model without");
  Dimensions shape = op.graph().shape(x);
  shape.push_back(1);
  x = add_reshape(op.graph(), x, {shape.begin() + 1, shape.end()}, "");
  std::vector<double> places;
  for (std::int64_t i = 0; i < depth; ++i) places.push_back(static_cast<double>(i));
  const ValueId y = add_functions(op.graph(), {MapFunction::equal},
                                  {x, op.graph().add_constant({depth}, std::move(places))}, op.name());
  return {move_axis(op.graph(), y, rank, to)};
}

/// What a layer of that class and configuration makes of x.
Ids by_layer(Op op, const char* class_name, const Json& config) {
  const KerasLayer& own = op.layer();
  const KerasLayer layer{own.graph, class_name, own.name, config, {}, own.version};
  return {find_keras_class(class_name)->import(layer, {op.real(0)})};
}

/// "valid" and "channels_last", as layers have them.
std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

/// Arguments: x, size, strides, padding, data format.
Ids import_pool(Op op, int is_maximum) {
  const std::size_t axes = op.graph().shape(op.tensor(0)).size() - 2;
  const std::string format = op.text(4, "channels_last");
  if (axes < 1 || axes > 3) op.refuse("pools a tensor of another rank than 3 to 5");
  const std::string class_name =
      (is_maximum != 0 ? "MaxPooling" : "AveragePooling") + std::to_string(axes) + "D";
  const Json config{{"pool_size", op.argument(1)},
                    {"strides", op.argument(2)},
                    {"padding", lower(op.text(3, "valid"))},
                    {"data_format", format.starts_with("NC") ? "channels_first" : format.starts_with("N")
                                                                                   ? "channels_last"
                                                                                   : format}};
  return by_layer(op, class_name.c_str(), config);
}

/// Arguments: x, size, interpolation, antialias, and those that must be as they are.
Ids import_resize(Op op, int) {
  const auto size = op.integers(1);
  if (size.size() != 2) op.refuse("makes an image of another rank");
  const Json config{{"height", size[0]}, {"width", size[1]}, {"interpolation", op.text(2, "bilinear")},
                    {"antialias", op.flag(3, false)}, {"crop_to_aspect_ratio", op.flag(4, false)},
                    {"pad_to_aspect_ratio", op.flag(5, false)}, {"fill_value", op.number(7, 0)},
                    {"data_format", op.text(8, "channels_last")}};
  return by_layer(op, "Resizing", config);
}

Ids import_glu(Op op, int) {
  const auto last = static_cast<std::int64_t>(op.graph().shape(op.tensor(0)).size()) - 1;
  if (op.integer(1, -1) != -1 && op.integer(1, -1) != last)
    op.refuse("halves another axis than the last", "build the model with axis=-1");
  return {op.layer().apply(op.real(0), "glu", 1)};
}

Ids import_sparsemax(Op op, int) {
  const std::size_t axis = op.axis(op.integer(1, -1), op.graph().shape(op.tensor(0)).size());
  return {op.layer().with_axis_last(op.real(0), axis,
                                    [&](ValueId x) { return op.layer().apply(x, "sparsemax", 1); })};
}

/// The sum of a list.
Ids import_sum(Op op, int) {
  const Ids parts = op.tensors(0);
  ValueId y = op.as_real(parts.at(0));
  for (std::size_t i = 1; i < parts.size(); ++i)
    y = add_functions(op.graph(), {MapFunction::add}, {y, op.as_real(parts[i])}, op.name());
  return {y};
}

}  // namespace

std::vector<KerasOperationRow> keras_other_operations() {
  return {
      {"Matmul", "x1 x2", import_matmul},
      {"Dot", "x1 x2", import_dot},
      {"OneHot", "x num_classes axis sparse", import_one_hot},
      {"AveragePool", "x pool_size strides padding data_format", import_pool, 0},
      {"MaxPool", "x pool_size strides padding data_format", import_pool, 1},
      {"Resize",
       "x size interpolation antialias crop_to_aspect_ratio pad_to_aspect_ratio fill_mode fill_value data_format",
       import_resize},
      {"Glu", "x axis", import_glu},
      {"Sparsemax", "x axis", import_sparsemax},
      {"linalg.matmul", "a b transpose_a transpose_b", import_matmul},
      {"one_hot", "indices depth axis", import_one_hot},
      {"nn.avg_pool1d", "input ksize strides padding data_format", import_pool, 0},
      {"nn.max_pool1d", "input ksize strides padding data_format", import_pool, 1},
      {"nn.avg_pool2d", "input ksize strides padding data_format", import_pool, 0},
      {"nn.max_pool2d", "input ksize strides padding data_format", import_pool, 1},
      {"image.resize", "images size method antialias", import_resize},
      {"math.add_n", "inputs", import_sum},
  };
}

}  // namespace nacre::tools
