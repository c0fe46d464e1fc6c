#include "tests/support/every_operator.hpp"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>

#include "tests/support/described_layers.hpp"
#include "tests/support/functions.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/rows.hpp"
#include "tests/support/scans.hpp"
#include "tests/support/texts.hpp"

namespace nacre::test {
namespace {

using Floats = std::vector<float>;
using Bytes = std::vector<std::int8_t>;
using Words = std::vector<std::int32_t>;

/// Values whose sums and products are easy to tell apart.
template <typename T>
std::vector<T> counting(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(i + 1);
  return values;
}
template <>
std::vector<String> counting<String>(std::size_t count) { return std::vector<String>(count); }

std::size_t size_of(const Dimensions& shape) {
  std::size_t size = 1;
  for (const std::uint32_t length : shape) size *= length;
  return size;
}

/// Pairs of multiplier 1/2 and shift 1: what rescales to itself.
Words identities(std::size_t channels) {
  Words pairs;
  for (std::size_t i = 0; i < channels; ++i) pairs.insert(pairs.end(), {1 << 30, 1});
  return pairs;
}

/// Sets the first elements of a field.
template <typename T, std::size_t size>
void set(T (&field)[size], std::initializer_list<int> values) {
  std::transform(values.begin(), values.end(), field, [](int value) { return static_cast<T>(value); });
}

class Catalogue {
 public:
  std::vector<SmallModel> all() {
    matrices(), products(), neighbors<float>("neighbors_f32"), neighbors<double>("neighbors_f64"), convolutions();
    depthwise_convolutions(), integer_convolutions(), pools(), rows(), softmaxes(), reductions();
    functions(), binaries(), integers(), movers(), labels(), lstms(), quantized_lstms(), scans(), on_rows();
    trees(), packed_trees(), texts(), sparse_rows();
    others();
    return std::move(models_);
  }

 private:
  ModelBuilder& add(Family family, std::string name, ModelBuilder layer) {
    models_.push_back({std::move(name), family, std::move(layer)});
    return models_.back().layer;
  }

  /// Adds a model of which input 0 and the output have one type; arguments may be appended before the output.
  template <typename T, typename Parameters>
  ModelBuilder& start(Family family, std::string name, const Parameters& parameters, const Dimensions& x) {
    return add(family, std::move(name), ModelBuilder(parameters)).input(x, counting<T>(size_of(x)));
  }

  void matrices() {
    for (const std::uint32_t units : {2u, 9u})  // 9: a vector, and one beyond
      start<float>(Family::matrix, units == 2 ? "fully_connected_f32" : "fully_connected_f32 wide",
                   parameters::FullyConnected{}, {1, 3})
          .constant({3, units}, counting<float>(3 * units))
          .constant({units}, counting<float>(units))
          .output<float>({1, units});
    parameters::FullyConnected one_scale;
    one_scale.multiplier = 1 << 30;
    start<std::int8_t>(Family::matrix, "fully_connected_i8", one_scale, {2, 3})
        .constant({2, 3}, counting<std::int8_t>(6))
        .constant({2}, Words{1, 2})
        .output<std::int8_t>({2, 2});
    start<std::int8_t>(Family::matrix, "fully_connected_i8 per channel", parameters::FullyConnected{}, {1, 3})
        .constant({2, 3}, counting<std::int8_t>(6))
        .constant({2}, Words{1, 2})
        .constant({2, 2}, identities(2))
        .output<std::int8_t>({1, 2});
    start<std::int16_t>(Family::matrix, "fully_connected_i16", one_scale, {2, 3})
        .constant({2, 3}, counting<std::int8_t>(6))
        .constant({2}, Words{1, 2})
        .output<std::int16_t>({2, 2});
    one_scale.layout = Layout::dsp;
    start<std::int8_t>(Family::matrix, "dsp fully_connected_i8", one_scale, {1, 5})
        .constant({2, 4}, counting<std::int32_t>(8))
        .constant({3}, Words{1, 2, 3})
        .output<std::int8_t>({1, 3});
    one_scale.layout = Layout::mve;
    start<std::int8_t>(Family::matrix, "mve fully_connected_i8", one_scale, {1, 5})
        .constant({3, 5}, counting<std::int8_t>(15))
        .constant({3}, Words{1, 2, 3})
        .output<std::int8_t>({1, 3});
    one_scale.multiplier = 0;
    start<std::int8_t>(Family::matrix, "mve fully_connected_i8 per channel", one_scale, {1, 5})
        .constant({3, 5}, counting<std::int8_t>(15))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int8_t>({1, 3});
    one_scale.layout = Layout::dsp;
    start<std::int8_t>(Family::matrix, "dsp fully_connected_i8 per channel", one_scale, {1, 2})
        .constant({2, 2}, counting<std::int32_t>(4))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int8_t>({1, 3});
  }

  void products() {
    parameters::MatMul turned;
    turned.transposed = true;
    start<float>(Family::matrix, "matmul_f32", parameters::MatMul{}, {2, 1, 3})
        .input({3, 2}, counting<float>(6))
        .output<float>({2, 1, 2});
    start<double>(Family::matrix, "matmul_f64 transposed", turned, {1, 3})
        .input({2, 2, 3}, counting<double>(12))
        .output<double>({2, 1, 2});
    start<std::int32_t>(Family::matrix, "matmul_i32", parameters::MatMul{}, {1, 3})
        .input({3, 2}, counting<std::int32_t>(6))
        .output<std::int32_t>({1, 2});
    start<std::int8_t>(Family::matrix, "matmul_i8 transposed", turned, {1, 2, 3})
        .constant({2, 3}, counting<std::int8_t>(6))
        .input({2}, Words{1, -2})
        .output<std::int32_t>({1, 2, 2});
  }

  template <typename T>
  void neighbors(const std::string& name) {
    parameters::Neighbors table;
    table.k = 2, table.merges = true;
    start<T>(Family::row, name, table, {1, 5})
        .input({1, 3}, counting<T>(3))
        .template output<T>({1, 2})
        .template output<std::int32_t>({1, 2})
        .template temporary<T>({1, 2})
        .template temporary<std::int32_t>({1, 2});
  }

  void integer_convolutions() {
    parameters::ConvInteger table;
    table.pad_top = table.pad_left = 1, table.stride_w = 2, table.dilation_h = 2;
    start<std::int8_t>(Family::window, "conv_integer_i8", table, {1, 2, 3, 2})
        .constant({3, 2, 2, 2}, counting<std::int8_t>(24))
        .input({1}, Words{3})
        .output<std::int32_t>({1, 1, 2, 3});
    table = {};
    table.groups = 2;
    start<std::int8_t>(Family::window, "conv_integer_i8 groups", table, {1, 1, 2, 4})
        .constant({2, 1, 2, 2}, counting<std::int8_t>(8))
        .output<std::int32_t>({1, 1, 1, 2});
  }

  void convolutions() {
    parameters::Conv2D table;
    table.pad_top = table.pad_left = 1, table.stride_w = 2, table.dilation_h = 2;
    start<float>(Family::window, "conv_2d_f32", table, {1, 2, 3, 2})
        .constant({2, 2, 2, 3}, counting<float>(24))
        .constant({3}, counting<float>(3))
        .output<float>({1, 1, 2, 3});
    start<float>(Family::window, "conv_2d_f32 wide", parameters::Conv2D{}, {1, 1, 2, 2})
        .constant({1, 1, 2, 9}, counting<float>(18))
        .constant({9}, counting<float>(9))
        .output<float>({1, 1, 2, 9});
    start<std::int8_t>(Family::window, "conv_2d_i8", table, {1, 2, 3, 2})
        .constant({3, 2, 2, 2}, counting<std::int8_t>(24))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int8_t>({1, 1, 2, 3});
    start<std::int16_t>(Family::window, "conv_2d_i16", table, {1, 2, 3, 2})
        .constant({3, 2, 2, 2}, counting<std::int8_t>(24))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int16_t>({1, 1, 2, 3});
    table.layout = Layout::dsp, table.kernel_h = table.kernel_w = 2;
    start<std::int8_t>(Family::window, "dsp conv_2d_i8", table, {1, 2, 3, 2})
        .constant({2, 4}, counting<std::int32_t>(8))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int8_t>({1, 1, 2, 3})
        .temporary<std::int32_t>({14});
    table.layout = Layout::mve, table.kernel_h = table.kernel_w = 0;
    start<std::int8_t>(Family::window, "mve conv_2d_i8", table, {1, 2, 3, 2})
        .constant({3, 2, 2, 2}, counting<std::int8_t>(24))
        .constant({3}, Words{1, 2, 3})
        .constant({3, 2}, identities(3))
        .output<std::int8_t>({1, 1, 2, 3})
        .temporary<std::int32_t>({8});
    table = {};
    table.groups = 2;
    start<float>(Family::window, "conv_2d_f32 groups", table, {1, 1, 2, 4})
        .constant({1, 2, 2, 2}, counting<float>(8))
        .constant({2}, counting<float>(2))
        .output<float>({1, 1, 1, 2});
    start<std::int8_t>(Family::window, "conv_2d_i8 groups", table, {1, 1, 2, 4})
        .constant({2, 1, 2, 2}, counting<std::int8_t>(8))
        .constant({2}, Words{1, 2})
        .constant({2, 2}, identities(2))
        .output<std::int8_t>({1, 1, 1, 2});
  }

  void depthwise_convolutions() {
    parameters::DepthwiseConv2D table;
    table.pad_bottom = table.pad_right = 1, table.stride_h = 2;
    start<float>(Family::window, "depthwise_conv_2d_f32", table, {1, 2, 2, 2})
        .constant({3, 2, 4}, counting<float>(24))
        .constant({4}, counting<float>(4))
        .output<float>({1, 1, 2, 4});
    start<std::int8_t>(Family::window, "depthwise_conv_2d_i8", table, {1, 2, 2, 2})
        .constant({3, 2, 4}, counting<std::int8_t>(24))
        .constant({4}, Words{1, 2, 3, 4})
        .constant({4, 2}, identities(4))
        .output<std::int8_t>({1, 1, 2, 4});
    start<std::int16_t>(Family::window, "depthwise_conv_2d_i16", table, {1, 2, 2, 2})
        .constant({3, 2, 4}, counting<std::int8_t>(24))
        .constant({4}, Words{1, 2, 3, 4})
        .constant({4, 2}, identities(4))
        .output<std::int16_t>({1, 1, 2, 4});
    table.layout = Layout::dsp;
    start<std::int8_t>(Family::window, "dsp depthwise_conv_2d_i8", table, {1, 2, 2, 5})
        .constant({2, 3, 2}, counting<std::int32_t>(12))
        .constant({5}, Words{1, 2, 3, 4, 5})
        .constant({5, 2}, identities(5))
        .output<std::int8_t>({1, 1, 2, 5})
        .temporary<std::int32_t>({52});
    table.layout = Layout::mve;
    start<std::int8_t>(Family::window, "mve depthwise_conv_2d_i8", table, {1, 2, 2, 5})
        .constant({3, 2, 5}, counting<std::int8_t>(30))
        .constant({5}, Words{1, 2, 3, 4, 5})
        .constant({5, 2}, identities(5))
        .output<std::int8_t>({1, 1, 2, 5})
        .temporary<std::int32_t>({40});
  }

  template <typename Table>
  void pool(const std::string& name) {
    Table table;
    table.kernel_h = 2, table.kernel_w = 3, table.stride_w = 2, table.pad_top = table.pad_right = 1;
    start<float>(Family::window, name + "_f32", table, {1, 1, 2, 2}).template output<float>({1, 1, 1, 2});
    start<std::int8_t>(Family::window, name + "_i8", table, {1, 1, 2, 2}).template output<std::int8_t>({1, 1, 1, 2});
    start<std::int16_t>(Family::window, name + "_i16", table, {1, 1, 2, 2}).template output<std::int16_t>({1, 1, 1, 2});
  }
  void pools() {
    pool<parameters::MaxPool2D>("max_pool_2d");
    pool<parameters::AveragePool2D>("average_pool_2d");
  }

  void rows() {
    const Dimensions x{2, 3};
    start<float>(Family::row, "arg_max_f32", parameters::ArgMax{}, x).output<std::int32_t>({2});
    start<std::int8_t>(Family::row, "arg_max_i8", parameters::ArgMax{}, x).output<std::int32_t>({2});
    start<float>(Family::row, "normalize_f32", parameters::Normalize{}, x).output<float>(x);
  }

  void softmaxes() {
    parameters::Softmax table;
    table.input_multiplier = 1 << 30, table.input_shift = 23, table.difference_minimum = -248;
    start<float>(Family::row, "softmax_f32", table, {2, 3}).output<float>({2, 3});
    start<std::int8_t>(Family::row, "softmax_i8", table, {2, 3}).output<std::int8_t>({2, 3});
  }

  void reductions() {
    for (const auto& function : reduce_functions()) {
      parameters::Reduce table;
      table.function = function.value, table.axes = 2, table.multiplier = 1 << 30;
      const std::string name = std::string("reduce_") + function.name;
      start<float>(Family::row, name + "_f32", table, {2, 3, 1}).output<float>({2, 1});
      if (function.value != ReduceFunction::product)
        start<double>(Family::row, name + "_f64", table, {2, 3, 1}).output<double>({2, 1});
      if (function.value != ReduceFunction::mean)
        start<std::int32_t>(Family::row, name + "_i32", table, {2, 3, 1}).output<std::int32_t>({2, 1});
      if (function.value == ReduceFunction::sum || function.value == ReduceFunction::product) continue;
      start<std::int8_t>(Family::row, name + "_i8", table, {2, 3, 1}).output<std::int8_t>({2, 1});
    }
  }

  /// A chain of all functions of so many operands and these types: the first of which reads inputs, one of which
  /// broadcasts, and the others what the one before has left.
  template <typename From, typename To>
  void functions_of(const std::string& name, unsigned operands) {
    const DataType from = DataTypeOf<From>::value, to = DataTypeOf<To>::value;
    std::vector<Step> steps;
    const auto add_step = [&](std::uint16_t number) {
      Step next{static_cast<MapFunction>(number), from, to, {}};
      for (unsigned i = 0; i < operands; ++i)
        next.operands.push_back(i == 0 && !steps.empty() ? kLeft : static_cast<std::uint8_t>(i));
      steps.push_back(std::move(next));
    };
#define NACRE_FUNCTION(function, op, from_type, to_type, number, count) \
  if (count == operands && from == DataType::from_type && to == DataType::to_type) add_step(number);
    NACRE_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
    ModelBuilder& model = add(Family::function, name, ModelBuilder(parameters::Map{}));
    for (unsigned i = 0; i < operands; ++i)
      model.input(i == 0 ? Dimensions{2, 1} : Dimensions{3}, counting<From>(i == 0 ? 2 : 3));
    add_program(model, steps);
    model.output<To>(operands == 1 ? Dimensions{2, 1} : Dimensions{2, 3});
  }

  void functions() {
    functions_of<float, float>("map_f32 one operand", 1), functions_of<float, float>("map_f32 two operands", 2);
    functions_of<float, float>("map_f32 three operands", 3), functions_of<float, float>("map_f32 four operands", 4);
    functions_of<double, double>("map_f64 one operand", 1), functions_of<double, double>("map_f64 two operands", 2);
    functions_of<double, double>("map_f64 three operands", 3), functions_of<double, double>("map_f64 four operands", 4);
    functions_of<std::int32_t, std::int32_t>("map_i32 one operand", 1);
    functions_of<std::int32_t, std::int32_t>("map_i32 two operands", 2);
    functions_of<std::int32_t, std::int32_t>("map_i32 three operands", 3);
    functions_of<float, double>("map_f32 to float64", 1), functions_of<float, std::int32_t>("map_f32 to int32", 1);
    functions_of<double, float>("map_f64 to float32", 1), functions_of<double, std::int32_t>("map_f64 to int32", 1);
    functions_of<std::int32_t, float>("map_i32 to float32", 1);
    functions_of<std::int32_t, double>("map_i32 to float64", 1);
    functions_of<std::int32_t, std::int16_t>("map_i32 to int16", 1);
    functions_of<std::int32_t, std::int8_t>("map_i32 to int8", 1);
    functions_of<std::int32_t, std::uint8_t>("map_i32 to uint8", 1);
    functions_of<std::int32_t, bool>("map_i32 to boolean", 1);
    functions_of<std::int16_t, std::int32_t>("map_i16", 1), functions_of<std::int8_t, std::int32_t>("map_i8", 1);
    functions_of<std::uint8_t, std::int32_t>("map_u8", 1), functions_of<bool, std::int32_t>("map_b", 1);
    ModelBuilder& model = start<float>(Family::function, "map of three", parameters::Map{}, {2, 3});
    model.input({3}, counting<float>(3));
    add_program(model,
                {step<float>(MapFunction::add, {0, 1}),
                 step<float>(MapFunction::clamp, {kLeft, literal(0), literal(1)}),
                 {MapFunction::cast, DataType::float32, DataType::int32, {kLeft}}},
                {0, 0x40800000});  // 0 and 4
    model.output<std::int32_t>({2, 3});
  }

  void binaries() {
    for (const auto& function : binary_functions()) {
      parameters::Binary table;
      table.function = function.value;
      table.left_shift = 20, table.a_multiplier = table.b_multiplier = table.output_multiplier = 1 << 30,
      table.output_shift = -18;
      const std::string name = function.name;
      if (function.value == BinaryFunction::divide) continue;
      start<std::int8_t>(Family::binary, name + "_i8", table, {2, 1})
          .input({3}, counting<std::int8_t>(3))
          .output<std::int8_t>({2, 3});
    }
  }

  void integers() {
    start<std::int8_t>(Family::integer, "lookup_table_i8", parameters::LookupTable{}, {1, 3})
        .constant({256}, counting<std::int8_t>(256))
        .output<std::int8_t>({1, 3});
    parameters::PRelu prelu;
    prelu.positive_multiplier = prelu.negative_multiplier = 1 << 30, prelu.input_zero_point = 3;
    start<std::int8_t>(Family::integer, "prelu_i8", prelu, {2, 3})
        .constant({3}, counting<std::int8_t>(3))
        .output<std::int8_t>({2, 3});
    parameters::Quantize quantize;
    quantize.scale = 0.5f, quantize.zero_point = 3;
    start<float>(Family::integer, "quantize_f32", quantize, {1, 3}).output<std::int8_t>({1, 3});
    parameters::Dequantize dequantize;
    dequantize.scale = 0.5f, dequantize.zero_point = 3;
    start<std::int8_t>(Family::integer, "dequantize_i8", dequantize, {1, 3}).output<float>({1, 3});
    parameters::Requantize requantize;
    requantize.multiplier = 1 << 30, requantize.shift = 1;
    start<std::int8_t>(Family::integer, "requantize_i8", requantize, {1, 3}).output<std::int8_t>({1, 3});
    start<std::uint8_t>(Family::integer, "requantize_u8", requantize, {1, 3}).output<std::int8_t>({1, 3});
    requantize.output_type = DataType::uint8;
    start<std::int8_t>(Family::integer, "requantize_i8 to uint8", requantize, {1, 3}).output<std::uint8_t>({1, 3});
  }

  template <typename T>
  void move(const std::string& suffix) {
    parameters::Move take, join, fill;
    take.rank = 2, take.start = 2, take.unit = DataTypeOf<T>::value;
    set(take.length, {2, 2}), set(take.stride, {3, -2});
    start<T>(Family::mover, "take_" + suffix, take, {2, 3}).template output<T>({2, 2});
    join.function = MoveFunction::put, join.rank = 2, join.unit = take.unit;
    set(join.length, {2, 3}), set(join.stride, {3, 1});
    start<T>(Family::mover, "put_" + suffix, join, {2, 1})
        .template input<T>({2, 2}, counting<T>(4))
        .template output<T>({2, 3});
    fill.function = MoveFunction::put, fill.start = 4, fill.fills = true, fill.unit = take.unit;
    set(fill.length, {2}), set(fill.stride, {2});
    start<T>(Family::mover, "put_" + suffix + " filled", fill, {1, 2}).template output<T>({2, 4});
  }
  template <typename T>
  void gather(const std::string& suffix) {
    parameters::Gather table;
    table.unit = DataTypeOf<T>::value;
    start<T>(Family::mover, "gather_" + suffix + " constant", table, {2, 3})
        .template constant<std::int32_t>({2}, {2, 0})
        .template output<T>({2, 2});
    table.behind = 1;
    start<T>(Family::mover, "gather_" + suffix, table, {3, 2})
        .template input<std::int32_t>({1, 2}, {2, 0})
        .template output<T>({1, 2, 2});
  }
  void movers() {
    move<std::int8_t>("i8"), move<std::int16_t>("i16"), move<std::int32_t>("i32"), move<std::int64_t>("i64"),
        move<String>("string");
    gather<std::int8_t>("i8"), gather<std::int16_t>("i16"), gather<std::int32_t>("i32"), gather<std::int64_t>("i64");
  }

  void labels() {
    const Words indices{2, 0};
    const auto decoder = [&](const char* name) -> ModelBuilder& {
      return add(Family::label, name, ModelBuilder(parameters::LabelDecode{})).input({2}, indices);
    };
    decoder("label_decode").constant({3}, counting<std::int64_t>(3)).output<std::int64_t>({2});
    decoder("label_decode of float64").constant({3}, counting<double>(3)).output<double>({2});
    const Words offsets{0, 0, 2, 4};
    const std::vector<std::uint8_t> text{'e', 'n', 'o', 'x'};
    decoder("label_decode of text").constant({4}, offsets).constant({4}, text).output<String>({2});
    start<std::int64_t>(Family::label, "label_encode_i64", parameters::LabelEncode{}, {2})
        .constant({3}, std::vector<std::int64_t>{0, 1, 2})
        .output<std::int64_t>({2});
    start<double>(Family::label, "label_encode_f64", parameters::LabelEncode{}, {2})
        .constant({3}, std::vector<double>{0, 1, 2})
        .output<std::int64_t>({2});
    add(Family::label, "label_encode_string", ModelBuilder(parameters::LabelEncode{}))
        .input({2}, std::vector<String>(2))
        .constant({4}, offsets)
        .constant({4}, text)
        .output<std::int64_t>({2});
    add(Family::label, "find_text", ModelBuilder(parameters::FindText{}))
        .input({1, 2}, std::vector<String>(2))
        .constant({2, 2}, Words{1, 1, 0, 3})
        .constant({4}, offsets)
        .constant({4}, text)
        .output<std::int32_t>({1, 2});
    add(Family::label, "hash_text_string", ModelBuilder(parameters::HashText{.bins = 5}))
        .input({2}, std::vector<String>(2))
        .output<std::int32_t>({2});
    add(Family::label, "hash_text_i32", ModelBuilder(parameters::HashText{}))
        .input({2}, Words{7, 8})
        .input({2, 2}, Words{1, 2, 3, 4})
        .output<std::int32_t>({2, 2});
  }

  /// Words of small letters: "a" and "the".
  void texts() {
    parameters::CountTerms count;
    parameters::HashTerms hash;
    count.entries = hash.entries = 2, hash.features = 8;
    const std::vector<std::string> rows{"", ""};
    const auto with_outputs = [](ModelBuilder& model) {
      model.output<std::int32_t>({2, 2}).output<std::int32_t>({2, 2});
    };
    ModelBuilder& numbered = add_term_inputs(add(Family::label, "count_terms numbered", ModelBuilder(count)), rows,
                                             letters_alone(), {"of"});
    with_outputs(Texts({"a", "the"}).add_to(numbered).constant({2}, Words{1, 0}));
    count.entries = 1;
    ModelBuilder& plain = add_term_inputs(add(Family::label, "count_terms", ModelBuilder(count)), {""},
                                          letters_alone());
    Texts({"a", "the"}).add_to(plain).output<std::int32_t>({1, 1}).output<std::int32_t>({1, 1});
    with_outputs(add_term_inputs(add(Family::label, "hash_terms", ModelBuilder(hash)), rows, letters_alone()));
  }

  template <typename T>
  void sparse_rows_of(const std::string& suffix) {
    parameters::Scatter row;
    row.width = 3;
    const Words index{2, 0};
    start<T>(Family::matrix, "sparse_matmul_" + suffix, parameters::SparseMatMul{}, {1, 2})
        .input({1, 2}, index)
        .constant({3, 2}, counting<T>(6))
        .constant({2}, counting<T>(2))
        .template output<T>({1, 2});
    start<T>(Family::mover, "scatter_" + suffix, row, {1, 2}).input({1, 2}, index).template output<T>({1, 3});
    start<T>(Family::mover, "scatter_" + suffix + " of columns", row, {1, 2})
        .input({1, 2}, index)
        .constant({3}, Words{0, 1, 2})
        .template output<T>({1, 3});
  }
  void sparse_rows() { sparse_rows_of<float>("f32"), sparse_rows_of<double>("f64"); }

  void lstm(const std::string& name, parameters::LSTM table, std::uint32_t batch) {
    const MemoryKind memory = table.stateful ? MemoryKind::state : MemoryKind::activations;
    start<float>(Family::sequence, name, table, {batch, 2, 3})
        .constant({3, 4}, counting<float>(12))
        .constant({1, 4}, counting<float>(4))
        .constant({4}, counting<float>(4))
        .output<float>(table.return_sequences ? Dimensions{batch, 2, 1} : Dimensions{batch, 1})
        .temporary<float>({1}, memory)
        .temporary<float>({1}, memory)
        .temporary<float>({4});
  }
  void lstms() {
    parameters::LSTM table;
    lstm("lstm_f32", table, 2);
    table.recurrent_activation = ActivationFunction::hard_sigmoid, table.alpha = 0.2f, table.beta = 0.5f;
    table.return_sequences = table.go_backwards = true;
    lstm("lstm_f32 sequences", table, 1);
    table = {};
    table.stateful = true;
    lstm("lstm_f32 stateful", table, 1);
    table = {};
    table.cell_clip = 2;
    lstm("lstm_f32 clipped", table, 1);
  }

  void on_rows() {
    add(Family::sequence, "rows_f32", rows_model<float>({1, 2, 3, 4, 5, 6, 0, 0, 9, 9, -1, -2}));
    add(Family::sequence, "rows_i8", rows_model<std::int8_t>({1, 2, 3, 4, 5, 6, 0, 0, 9, 9, -1, -2}));
  }

  void scans() {
    parameters::Scan table;
    add(Family::sequence, "scan_f32", scan_model(table, true));
    table.whole = 1, table.go_backwards = table.stateful = true;
    add(Family::sequence, "scan_f32 stateful", scan_model(table));
    add(Family::sequence, "scan_f32 counted", counted_scan_model(2));
  }

  void quantized_lstm(const std::string& name, parameters::QuantizedLSTM table, std::uint32_t batch) {
    table.output_multiplier = 1 << 30, table.output_shift = -20;
    const Dimensions y = table.return_sequences ? Dimensions{batch, 2, 1} : Dimensions{batch, 1};
    start<std::int8_t>(Family::sequence, name, table, {batch, 2, 3})
        .constant({4, 3}, counting<std::int8_t>(12))
        .constant({4, 1}, counting<std::int8_t>(4))
        .constant({2, 4}, counting<std::int32_t>(8))
        .constant({8, 2}, identities(8))
        .output<std::int8_t>(y)
        .temporary<std::int8_t>({1})
        .temporary<std::int16_t>({1})
        .temporary<std::int16_t>({4});
  }
  void quantized_lstms() {
    parameters::QuantizedLSTM table;
    quantized_lstm("quantized_lstm_i8", table, 2);
    table.return_sequences = true, table.cell_integer_bits = 4, table.cell_clip = 2000;
    quantized_lstm("quantized_lstm_i8 sequences, clipped", table, 1);
  }

  void trees() {
    // x0 <= 1 ? (x1 <= 2 ? leaf 0 : leaf 1) : leaf 2, where 0x3f800000 and 0x40000000 are 1 and 2.
    Words nodes{0, 0x3f800000, 4, 1, 0x40000000, 3, -1, 0, 0, -1, 0, 1, -1, 0, 2};
    const auto tree = [&](const char* name) {
      start<float>(Family::sequence, name, parameters::TreeEnsemble{}, {2, 2})
          .constant({5, 3}, nodes)
          .constant({2}, Words{0, 1})
          .constant({2}, Words{0, 1})
          .constant({3, 1}, Floats{10, 20, 30})
          .constant({2}, Floats{0, 1})
          .output<float>({2, 2});
    };
    tree("tree_ensemble_f32");
    nodes[0] |= 1 << 30;
    tree("tree_ensemble_f32 missing left");
    boosted<float>("tree_ensemble_plain_f32", "tree_ensemble_categories_f32");
    boosted<double>("tree_ensemble_plain_f64", "tree_ensemble_categories_f64");
  }

  template <typename Leaf>
  void boosted(const char* plain, const char* categories) {
    const auto tree = [&](const char* name, TreeSum function, const Words& nodes, std::uint32_t count) {
      parameters::TreeEnsemble table;
      table.function = function;
      start<float>(Family::sequence, name, table, {2, 2})
          .constant({count, 3}, nodes)
          .constant({2}, Words{0, 1})
          .constant({2}, Words{0, 1})
          .constant({3, 1}, std::vector<Leaf>{10, 20, 30})
          .constant({2}, std::vector<Leaf>{0, 1})
          .template output<Leaf>({2, 2});
    };
    tree(plain, TreeSum::plain, {0, 0x3f800000, 4, 1, 0x40000000, 3, -1, 0, 0, -1, 0, 1, -1, 0, 2}, 5);
    // x0 in {0, 2} ? (x1 <= 2, where 0 is missing and goes left ? leaf 0 : leaf 1) : leaf 2, and the set.
    tree(categories, TreeSum::categories,
         {1 << 29, 5, 4, 1 | 5 << 28, 0x40000000, 3, -1, 0, 0, -1, 0, 1, -1, 0, 2, -2, 0, 0, -1, 5, 0}, 7);
  }

  /// The same tree twice, packed: of the last entries the first asks about x1, and the second is leaf 2.
  template <typename Leaf, typename Result = Leaf>
  void packed_trees(const std::string& name, TreeSum function, unsigned levels, std::vector<Leaf> leaves) {
    using Numbers = std::vector<std::int16_t>;
    parameters::PackedTrees table;
    table.function = function;
    table.levels = static_cast<std::uint8_t>(levels), table.steps = static_cast<std::uint8_t>(2 - 2 * levels);
    table.rest = function == TreeSum::shares;
    constexpr std::int32_t kAboveOne = -0x407fffff, kAboveTwo = -0x3fffffff;  // the keys of 1 and 2, and 1
    const std::int32_t target = table.rest ? 0 : 1;
    ModelBuilder& layer = start<float>(Family::sequence, name, table, {2, 2}).constant({2}, Words{0, 1 | 5 << 28});
    if (levels == 1)
      layer.constant({4}, Words{kAboveOne, kAboveOne, kAboveTwo, -1})
          .constant({4}, std::vector<std::uint8_t>{0, 0, 1, 0})
          .constant({4}, Numbers{4, 5, 4, 5})
          .constant({1}, Numbers{0})
          .constant({1}, Numbers{0})
          .constant({4}, Numbers{0, 1, 2, 2})
          .constant({1, 3}, Words{2, 0, 2});
    else  // of the entries with children, the second and third lead to themselves
      layer.constant({7}, Words{kAboveOne, -1, -1, -1, kAboveTwo, -1, -1})
          .constant({7}, std::vector<std::uint8_t>{0, 0, 0, 0, 1, 0, 0})
          .constant({2}, Numbers{2, 2})
          .constant({4}, Numbers{3, 3, 4, 2})
          .constant({4}, Numbers{6, 6, 7, 6})
          .constant({6}, Numbers{0, 1, 2, 2, 0, 0})
          .constant({1, 3}, Words{2, 4, 3});
    layer.constant({2}, Words{0, target})
        .constant({3, 1}, leaves)
        .constant({2}, std::vector<Leaf>{0, 1})
        .template output<Result>({2, 2})
        .template temporary<std::int32_t>({2});
  }
  void packed_trees() {
    packed_trees<float>("packed_trees_f32", TreeSum::compensated, 1, {10, 20, 30});
    packed_trees<float>("packed_trees_plain_f32", TreeSum::plain, 0, {10, 20, 30});
    packed_trees<double>("packed_trees_plain_f64", TreeSum::plain, 0, {10, 20, 30});
    packed_trees<std::int32_t, float>("packed_trees_shares_i32", TreeSum::shares, 0, {1 << 30, 1 << 29, 0});
  }

  /// What no model above asks for is made from its description.
  void others() {
    for (DescribedLayer& described : described_layers()) {
      const KernelName name = described.model.kernel_name();
      const auto is_its = [&](const SmallModel& model) { return model.asks_for(name); };
      if (std::none_of(models_.begin(), models_.end(), is_its))
        add(Family::row, described.kernel, std::move(described.model));
    }
  }

  std::vector<SmallModel> models_;
};

}  // namespace

bool SmallModel::asks_for(const KernelName& kernel) const {
  std::vector<KernelName> names = layer.functions;
  names.push_back(layer.kernel_name());
  return std::any_of(names.begin(), names.end(),
                     [&](const KernelName& name) { return std::memcmp(&name, &kernel, sizeof name) == 0; });
}

std::vector<Kernels> SmallModel::kernel_lists() const {
  const KernelName name = layer.kernel_name();
  const auto run = [&name](const Kernels& list) {
    for (const Kernel& kernel : list)
      if (std::memcmp(&name, &kernel.name, sizeof name) == 0) return kernel.run;
    return decltype(Kernel::run){};
  };
  if (run(native_kernels()) == run(reference_kernels())) return {reference_kernels()};
  return {reference_kernels(), native_kernels()};
}

const std::vector<SmallModel>& every_operator() {
  static const std::vector<SmallModel> models = Catalogue().all();
  return models;
}

const ModelBuilder& small_layer(const std::string& name) {
  for (const SmallModel& model : every_operator())
    if (model.name == name) return model.layer;
  throw std::out_of_range("there is no model " + name);
}

}  // namespace nacre::test
