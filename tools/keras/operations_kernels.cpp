// Operations that layers have too, with weights that the call states.

#include <algorithm>
#include <cmath>

#include "tools/graph/compositions.hpp"
#include "tools/graph/moves.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/operation.hpp"

namespace nacre::tools {
namespace {

using Ids = std::vector<ValueId>;
using Op = const KerasOperation&;
using Json = nlohmann::json;
using M = MapFunction;

/// An array that the call states.
Array weights_of(Op op, std::size_t i) {
  const ValueId value = op.is_tensor(i) ? op.tensor(i) : op.real(i);
  const GraphValue& known = op.graph().values[value];
  if (!known.constant) op.refuse("takes weights that are computed", "build the model with a layer that has them");
  return *known.constant;
}

/// What a layer of that class and configuration makes of x.
ValueId by_layer(Op op, const std::string& class_name, const Json& config, std::vector<Array> weights, ValueId x) {
  const KerasLayer& own = op.layer();
  const KerasLayer layer{own.graph, class_name, own.name, config, std::move(weights), own.version};
  return find_keras_class(class_name)->import(layer, {x});
}

/// Numbers for each axis of a window, which TensorFlow may state with those of batch and channels.
Json of_window(Op op, std::size_t i, std::size_t axes) {
  if (!op.has(i)) return 1;
  const Json& stated = op.argument(i);
  if (!stated.is_array() || stated.size() == axes) return stated;
  if (stated.size() == 1) return stated[0];
  if (stated.size() != axes + 2 || stated.front() != 1 || stated.back() != 1)
    op.refuse("has " + stated.dump() + " as numbers of a window", "state one for each axis of an image");
  return Json(std::vector<Json>(stated.begin() + 1, stated.end() - 1));
}

/// Arguments of all of these: x, kernels, then strides, padding, data format and dilations.
struct Window {
  std::size_t axes;
  Json config;
};
Window window_of(Op op, ValueId x, std::size_t first) {
  const std::size_t axes = op.graph().shape(x).size() - 2;
  if (axes < 1 || axes > 3) op.refuse("convolves a tensor of another rank than 3 to 5");
  const std::string format = op.text(first + 2, "channels_last");
  const bool is_first = format == "channels_first" || format.starts_with("NC");
  const std::string padding = op.text(first + 1, "valid");
  const bool is_same = padding == "same" || padding == "SAME";
  if (!is_same && padding != "valid" && padding != "VALID") op.refuse("has the padding " + padding);
  return {axes,
          {{"strides", of_window(op, first, axes)},
           {"padding", is_same ? "same" : "valid"},
           {"data_format", is_first ? "channels_first" : "channels_last"},
           {"dilation_rate", of_window(op, first + 3, axes)},
           {"use_bias", false}}};
}

Json kernel_size(const Array& kernel, std::size_t axes) {
  Json size = Json::array();
  for (std::size_t axis = 0; axis < axes && axis < kernel.shape().size(); ++axis) size.push_back(kernel.shape()[axis]);
  return size;
}

std::string sized(const char* word, std::size_t axes, const char* end = "") {
  return word + std::to_string(axes) + "D" + end;
}

Ids import_conv(Op op, int) {
  const ValueId x = op.real(0);
  Window window = window_of(op, x, 2);
  const Array kernel = weights_of(op, 1);
  if (kernel.shape().size() != window.axes + 2) op.refuse("has a kernel of another rank than its input");
  const Dimensions& shape = op.graph().shape(x);
  const std::int64_t channels = window.config["data_format"] == "channels_first" ? shape[1] : shape.back();
  const std::int64_t own = kernel.shape()[window.axes];
  if (own < 1 || channels % own != 0) op.refuse("has a kernel for another number of channels than its input has");
  window.config["filters"] = kernel.shape().back(), window.config["groups"] = channels / own;
  window.config["kernel_size"] = kernel_size(kernel, window.axes);
  return {by_layer(op, sized("Conv", window.axes), window.config, {kernel}, x)};
}

Ids import_depthwise(Op op, int) {
  const ValueId x = op.real(0);
  Window window = window_of(op, x, 2);
  const Array kernel = weights_of(op, 1);
  if (kernel.shape().size() != window.axes + 2 || window.axes > 2) op.refuse("has a kernel of another rank");
  window.config["depth_multiplier"] = kernel.shape().back();
  window.config["kernel_size"] = kernel_size(kernel, window.axes);
  return {by_layer(op, sized("DepthwiseConv", window.axes), window.config, {kernel}, x)};
}

/// Two kernels.
Ids import_separable(Op op, int) {
  const ValueId x = op.real(0);
  Window window = window_of(op, x, 3);
  const Array depthwise = weights_of(op, 1), pointwise = weights_of(op, 2);
  if (depthwise.shape().size() != window.axes + 2 || pointwise.shape().size() != window.axes + 2 || window.axes > 2)
    op.refuse("has a kernel of another rank");
  window.config["depth_multiplier"] = depthwise.shape().back(), window.config["filters"] = pointwise.shape().back();
  window.config["kernel_size"] = kernel_size(depthwise, window.axes);
  return {by_layer(op, sized("SeparableConv", window.axes), window.config, {depthwise, pointwise}, x)};
}

// ---- Normalisation ----

/// A constant of one number for each place along an axis, as it broadcasts to x.
ValueId along(Op op, std::size_t argument, const Dimensions& shape, std::size_t axis) {
  const Array array = weights_of(op, argument);
  if (array.shape() != Dimensions{shape[axis]}) op.refuse("has statistics of another shape than its axis");
  Dimensions to(shape.size(), 1);
  to[axis] = shape[axis];
  return op.graph().add_constant(array.reshaped(to));
}

/// The places of arguments, which Keras and TensorFlow have in different orders.
struct NormArguments {
  std::size_t axis, offset, scale, epsilon;
};

Ids import_batch_norm(Op op, int is_tensorflows) {
  const NormArguments at = is_tensorflows != 0 ? NormArguments{6, 3, 4, 5} : NormArguments{5, 3, 4, 6};
  const ValueId x = op.real(0);
  Graph& graph = op.graph();
  const Dimensions shape = graph.shape(x);
  const std::size_t axis = op.axis(op.integer(at.axis, -1), shape.size());
  const ValueId rest = add_functions(graph, {M::subtract}, {x, along(op, 1, shape, axis)}, op.name() + ".rest");
  const ValueId above =
      add_function_with(graph, M::add, along(op, 2, shape, axis), op.number(at.epsilon, 1e-3), op.name() + ".above");
  ValueId y = add_functions(graph, {M::divide}, {rest, add_functions(graph, {M::sqrt}, {above}, op.name() + ".root")},
                            op.name() + ".normal");
  if (op.has(at.scale)) y = add_functions(graph, {M::multiply}, {y, along(op, at.scale, shape, axis)}, op.name());
  if (op.has(at.offset)) y = add_functions(graph, {M::add}, {y, along(op, at.offset, shape, axis)}, op.name());
  return {y};
}

/// Arguments: x, then factors and summands, axis, epsilon.
Ids import_layer_norm(Op op, int) {
  if (op.has(1) || op.has(2)) op.refuse("has factors or summands", "use the layer LayerNormalization");
  if (op.flag(5, false)) op.refuse("has rms_scaling=True, whose meaning differs between releases");
  const Json config{{"axis", op.has(3) ? op.argument(3) : Json(-1)}, {"epsilon", op.number(4, 1e-7)},
                    {"center", false}, {"scale", false}};
  return {by_layer(op, "LayerNormalization", config, {}, op.real(0))};
}

/// x / sqrt(mean of squares + epsilon). Arguments: x, factors, axis, epsilon.
Ids import_rms_norm(Op op, int) {
  const ValueId x = op.real(0);
  Graph& graph = op.graph();
  const std::vector<std::size_t> axes = op.has(2) ? op.axes(2, graph.shape(x).size())
                                                  : std::vector<std::size_t>{graph.shape(x).size() - 1};
  unsigned bits = 0;
  for (const std::size_t axis : axes) bits |= 1u << axis;
  const ValueId squares = add_functions(graph, {M::square}, {x}, op.name() + ".squares");
  const ValueId mean = add_reduced(graph, squares, ReduceFunction::mean, bits, op.name() + ".mean");
  const ValueId above = add_function_with(graph, M::add, mean, op.number(3, 1e-7), op.name() + ".above");
  const ValueId y = add_functions(graph, {M::divide},
                                  {x, add_functions(graph, {M::sqrt}, {above}, op.name() + ".root")}, op.name());
  if (!op.has(1)) return {y};
  if (axes.size() != 1) op.refuse("has factors for several axes", "use the layer RMSNormalization");
  return {add_functions(graph, {M::multiply}, {y, along(op, 1, graph.shape(x), axes[0])}, op.name())};
}

/// Mean and variance. Arguments: x, axes, keepdims.
Ids import_moments(Op op, int) {
  const ValueId x = op.real(0);
  Graph& graph = op.graph();
  const std::vector<std::size_t> axes = op.axes(1, graph.shape(x).size());
  unsigned bits = 0;
  for (const std::size_t axis : axes) bits |= 1u << axis;
  const ValueId mean = add_reduced(graph, x, ReduceFunction::mean, bits, op.name() + ".mean");
  const ValueId rest = add_functions(graph, {M::subtract, M::square}, {x, mean}, op.name() + ".squares");
  const ValueId variance = add_reduced(graph, rest, ReduceFunction::mean, bits, op.name() + ".variance");
  if (op.flag(2, false)) return {mean, variance};
  Dimensions shape;
  for (std::size_t axis = 1; axis < graph.shape(x).size(); ++axis)
    if ((bits >> axis & 1) == 0) shape.push_back(graph.shape(x)[axis]);
  return {add_reshape(graph, mean, shape, op.name()), add_reshape(graph, variance, shape, op.name())};
}

/// Of Keras 3: softmax(query . key) . value, each [batch, steps, heads, width].
Ids import_dot_product_attention(Op op, int) {
  for (std::size_t i = 3; i < 5; ++i)
    if (op.has(i)) op.refuse("has a bias or a mask", "use the layer MultiHeadAttention");
  if (op.flag(6, false) || op.has(8)) op.refuse("has is_causal or a soft cap", "use the layer MultiHeadAttention");
  const auto heads_first = [&](std::size_t i) { return move_axis(op.graph(), op.real(i), 2, 1); };
  const ValueId query = heads_first(0), key = heads_first(1), value = heads_first(2);
  if (op.graph().shape(query).size() != 4 || op.graph().shape(query)[1] != op.graph().shape(key)[1])
    op.refuse("has other heads of the query than of the key", "use the layer GroupQueryAttention");
  const double width = static_cast<double>(op.graph().shape(query).back());
  const double scale = op.number(5, 1 / std::sqrt(width));
  const ValueId scaled = add_function_with(op.graph(), M::multiply, query, scale, op.name());
  parameters::MatMul turned;
  turned.transposed = true;
  const ValueId scores = op.graph().add(turned, {scaled, key}, op.name() + ".scores");
  const ValueId shares = op.graph().add(parameters::Softmax{}, {scores}, op.name() + ".shares");
  return {move_axis(op.graph(), op.graph().add(parameters::MatMul{}, {shares, value}, op.name()), 2, 1)};
}

// ---- Of TensorFlow ----

Ids import_bias(Op op, int) {
  const ValueId x = op.real(0);
  const Dimensions shape = op.graph().shape(x);
  const std::size_t axis = op.text(2, "").starts_with("NC") ? 1 : shape.size() - 1;
  return {add_functions(op.graph(), {M::add}, {x, along(op, 1, shape, axis)}, op.name())};
}

/// relu(x) beside relu(-x).
Ids import_crelu(Op op, int) {
  const ValueId x = op.real(0), minus = add_functions(op.graph(), {M::negative}, {x}, op.name() + ".minus");
  const std::size_t axis = op.axis(op.integer(1, -1), op.graph().shape(x).size());
  const ValueId both = op.graph().add(parameters::Concatenate{.axis = static_cast<std::uint8_t>(axis)}, {x, minus},
                                      op.name() + ".both");
  return {op.layer().apply(both, "relu", 1)};
}

/// Arguments: images, radius, bias, alpha, beta.
Ids import_response(Op op, int) {
  const ValueId x = op.real(0);
  if (op.graph().shape(x).size() != 4) op.refuse("needs a batch of images");
  const std::int64_t size = 2 * op.integer(1, 5) + 1;
  OnnxFragment fragment(op.graph(), op.name());
  const std::string first = fragment.add("Transpose", {fragment.tensor(x)},
                                         {{"perm", std::vector<std::int64_t>{0, 3, 1, 2}}});
  const std::string y = fragment.add("LRN", {first}, {{"size", size}, {"bias", op.number(2, 1)},
                                                      {"alpha", op.number(3, 1) * static_cast<double>(size)},
                                                      {"beta", op.number(4, 0.5)}});
  return fragment.finish({fragment.add("Transpose", {y}, {{"perm", std::vector<std::int64_t>{0, 2, 3, 1}}})});
}

/// x . a matrix, over the last axis of x and the first of the matrix. Arguments: x, an array, axes.
Ids import_tensordot(Op op, int) {
  if (!op.is_number(2) || op.integer(2, 1) != 1 || op.is_tensor(1))
    op.refuse("multiplies other axes than the last of a tensor with the first of an array", "use an EinsumDense layer");
  const Array matrix = weights_of(op, 1);
  if (matrix.shape().size() != 2) op.refuse("multiplies by an array that is no matrix", "use an EinsumDense layer");
  return {op.layer().dense(op.real(0), matrix)};
}

/// x . the transpose of a matrix.
Ids import_inner(Op op, int) {
  if (op.is_tensor(1)) op.refuse("multiplies across the batch, and Nacre predicts row by row", "use the layer Dot");
  const Array matrix = weights_of(op, 1);
  if (matrix.shape().size() != 2) op.refuse("multiplies by an array that is no matrix", "use an EinsumDense layer");
  const std::vector<double> rows = matrix.to<double>();
  const std::int64_t width = matrix.shape()[0], depth = matrix.shape()[1];
  std::vector<double> turned;
  for (std::int64_t i = 0; i < depth; ++i)
    for (std::int64_t j = 0; j < width; ++j) turned.push_back(rows[static_cast<std::size_t>(j * depth + i)]);
  return {op.layer().dense(op.real(0), Array::of(ElementType::float32, {depth, width}, turned))};
}

}  // namespace

std::vector<KerasOperationRow> keras_kernel_operations() {
  return {
      {"Conv", "inputs kernel strides padding data_format dilation_rate", import_conv},
      {"DepthwiseConv", "inputs kernel strides padding data_format dilation_rate", import_depthwise},
      {"SeparableConv", "inputs depthwise_kernel pointwise_kernel strides padding data_format dilation_rate",
       import_separable},
      {"BatchNorm", "x mean variance offset scale axis epsilon", import_batch_norm, 0},
      {"LayerNorm", "x gamma beta axis epsilon rms_scaling", import_layer_norm},
      {"RMSNorm", "x scale axis epsilon", import_rms_norm},
      {"Moments", "x axes keepdims", import_moments},
      {"DotProductAttention",
       "query key value bias mask scale is_causal flash_attention attn_logits_soft_cap", import_dot_product_attention},
      {"Tensordot", "x1 x2 axes", import_tensordot},
      {"Inner", "x1 x2", import_inner},
      {"tensordot", "a b axes", import_tensordot},
      {"compat.v1.nn.conv1d", "value filters stride padding data_format dilations use_cudnn_on_gpu", import_conv},
      {"compat.v1.nn.conv2d", "input filter strides padding data_format dilations use_cudnn_on_gpu", import_conv},
      {"compat.v1.nn.depthwise_conv2d", "input filter strides padding data_format rate", import_depthwise},
      {"compat.v1.nn.separable_conv2d", "input depthwise_filter pointwise_filter strides padding data_format rate",
       import_separable},
      {"nn.batch_normalization", "x mean variance offset scale variance_epsilon", import_batch_norm, 1},
      {"nn.bias_add", "value bias data_format", import_bias},
      {"compat.v1.nn.crelu", "features axis", import_crelu},
      {"nn.local_response_normalization", "input depth_radius bias alpha beta", import_response},
  };
}

}  // namespace nacre::tools
