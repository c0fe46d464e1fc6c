#include "tests/support/sample_layers.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "tests/support/described_layers.hpp"
#include "tests/support/functions.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/rows.hpp"
#include "tests/support/scans.hpp"
#include "tests/support/texts.hpp"

namespace nacre::test {
namespace {

template <typename Table>
const Table& table_of(const ModelBuilder& model) { return *reinterpret_cast<const Table*>(model.bytes.data()); }

Argument& output_of(ModelBuilder& model) { return model.argument(model.inputs); }

template <typename T>
std::vector<T> zeros(const Dimensions& shape) {
  std::size_t size = 1;
  for (const std::uint32_t dimension : shape) size *= dimension;
  return std::vector<T>(size);
}

template <typename T>
ModelBuilder& input(ModelBuilder& model, const Dimensions& shape) { return model.input(shape, zeros<T>(shape)); }

/// A layer of inputs and an output that are all of one type.
template <typename T, typename Table>
ModelBuilder layer(const Table& table, const std::vector<Dimensions>& inputs, const Dimensions& output) {
  ModelBuilder model(table);
  for (const Dimensions& shape : inputs) input<T>(model, shape);
  model.output<T>(output);
  return model;
}

std::vector<std::int32_t> rescale(std::uint32_t channels) {
  std::vector<std::int32_t> pairs;
  for (std::uint32_t i = 0; i < channels; ++i) pairs.insert(pairs.end(), {1 << 30, -1});
  return pairs;
}

struct Kernel {
  std::uint32_t h, w;
};

/// The height or width of what a window gives; 0 where it does not fit.
std::uint32_t windows(std::uint32_t length, std::uint32_t before, std::uint32_t after, std::uint32_t reach,
                      std::uint32_t stride) {
  const std::uint32_t padded = length + before + after;
  return stride == 0 || reach > padded ? 0 : (padded - reach) / stride + 1;
}

template <typename Table>
void fit_windows(ModelBuilder& model, std::uint32_t reach_h, std::uint32_t reach_w) {
  const auto& t = table_of<Table>(model);
  const Dimensions& x = model.argument(0).shape;
  const std::uint32_t height = windows(x[1], t.pad_top, t.pad_bottom, reach_h, t.stride_h);
  const std::uint32_t width = windows(x[2], t.pad_left, t.pad_right, reach_w, t.stride_w);
  Dimensions& y = output_of(model).shape;
  if (height != 0 && width != 0) y[1] = height, y[2] = width;
}

template <typename Table>
SampleLayer convolution(std::string name, ModelBuilder model, Kernel kernel, Names names) {
  const auto reach = [kernel](const ModelBuilder& builder, bool rows) {
    const auto& t = table_of<Table>(builder);
    return rows ? (kernel.h - 1) * t.dilation_h + 1 : (kernel.w - 1) * t.dilation_w + 1;
  };
  return {std::move(name), std::move(model), std::move(names),
          [reach](ModelBuilder& builder) { fit_windows<Table>(builder, reach(builder, true), reach(builder, false)); },
          [reach](const ModelBuilder& builder, Names* all) {
            (*all)["reach_h"] = reach(builder, true), (*all)["reach_w"] = reach(builder, false);
          }};
}

/// A 3 x 3 convolution and a depthwise one, packed.
void add_packed_convolutions(std::vector<SampleLayer>* samples) {
  const Dimensions x{1, 6, 6, 4}, y{1, 4, 4, 4};
  parameters::Conv2D table;
  table.layout = Layout::dsp, table.kernel_h = table.kernel_w = 3;
  parameters::DepthwiseConv2D of_each;
  of_each.layout = Layout::dsp;
  ModelBuilder full(table), each(of_each);
  input<std::int8_t>(full, x).constant({2, 18}, zeros<std::int32_t>({2, 18}));
  input<std::int8_t>(each, x).constant({1, 3, 3}, zeros<std::int32_t>({1, 3, 3}));
  for (ModelBuilder* model : {&full, &each})
    model->constant({4}, zeros<std::int32_t>({4})).constant({4, 2}, rescale(4)).output<std::int8_t>(y);
  full.temporary<std::int32_t>({63});
  each.temporary<std::int32_t>({96});
  samples->push_back(convolution<parameters::Conv2D>("Conv2D", full, {3, 3}, {{"outputs", 4}}));
  SampleLayer depthwise = convolution<parameters::DepthwiseConv2D>("DepthwiseConv2D", each, {3, 3}, {{"outputs", 4}});
  depthwise.fit = [fit = depthwise.fit](ModelBuilder& model) {
    fit(model);
    const auto& t = table_of<parameters::DepthwiseConv2D>(model);
    const std::uint32_t width = output_of(model).shape[2];
    model.argument(5).shape = {4 * (2 * 3 + 3 * ((width - 1) * t.stride_w + 2 * t.dilation_w + 1))};
  };
  samples->push_back(std::move(depthwise));
}

/// The same in the layout mve.
void add_marked_convolutions(std::vector<SampleLayer>* samples) {
  const Dimensions x{1, 6, 6, 4}, y{1, 4, 4, 4};
  parameters::Conv2D table;
  table.layout = Layout::mve;
  parameters::DepthwiseConv2D of_each;
  of_each.layout = Layout::mve;
  ModelBuilder full(table), each(of_each);
  input<std::int8_t>(full, x).constant({4, 3, 3, 4}, zeros<std::int8_t>({4, 3, 3, 4}));
  input<std::int8_t>(each, x).constant({3, 3, 4}, zeros<std::int8_t>({3, 3, 4}));
  for (ModelBuilder* model : {&full, &each})
    model->constant({4}, zeros<std::int32_t>({4})).constant({4, 2}, rescale(4)).output<std::int8_t>(y);
  full.temporary<std::int32_t>({24});
  each.temporary<std::int32_t>({56});
  samples->push_back(convolution<parameters::Conv2D>("Conv2D", full, {3, 3}, {{"outputs", 4}}));
  SampleLayer depthwise = convolution<parameters::DepthwiseConv2D>("DepthwiseConv2D", each, {3, 3}, {});
  depthwise.fit = [fit = depthwise.fit](ModelBuilder& model) {
    fit(model);
    const auto& t = table_of<parameters::DepthwiseConv2D>(model);
    const bool is_dense = t.dilation_h == 1 && t.dilation_w == 1;
    model.argument(5).shape = {is_dense ? 8 * ((output_of(model).shape[2] - 1) * t.stride_w + 4) : 4};
  };
  samples->push_back(std::move(depthwise));
}

void add_convolutions(std::vector<SampleLayer>* samples) {
  for (const Kernel k : {Kernel{1, 1}, Kernel{3, 3}}) {
    const Dimensions x{1, 6, 6, 2}, y{1, 7 - k.h, 7 - k.w, 2};
    ModelBuilder full = ModelBuilder(parameters::Conv2D{}), full_i8 = full,
                 each = ModelBuilder(parameters::DepthwiseConv2D{}), each_i8 = each;
    input<float>(full, x)
        .constant({k.h, k.w, 2, 2}, zeros<float>({k.h, k.w, 2, 2}))
        .constant<float>({2}, {0, 0})
        .output<float>(y);
    input<std::int8_t>(full_i8, x)
        .constant({2, k.h, k.w, 2}, zeros<std::int8_t>({2, k.h, k.w, 2}))
        .constant<std::int32_t>({2}, {0, 0});
    full_i8.constant({2, 2}, rescale(2)).output<std::int8_t>(y);
    ModelBuilder full_i16 = ModelBuilder(parameters::Conv2D{}), each_i16 = ModelBuilder(parameters::DepthwiseConv2D{});
    input<std::int16_t>(full_i16, x)
        .constant({2, k.h, k.w, 2}, zeros<std::int8_t>({2, k.h, k.w, 2}))
        .constant<std::int32_t>({2}, {0, 0});
    full_i16.constant({2, 2}, rescale(2)).output<std::int16_t>(y);
    input<std::int16_t>(each_i16, x)
        .constant({k.h, k.w, 2}, zeros<std::int8_t>({k.h, k.w, 2}))
        .constant<std::int32_t>({2}, {0, 0});
    each_i16.constant({2, 2}, rescale(2)).output<std::int16_t>(y);
    input<float>(each, x)
        .constant({k.h, k.w, 2}, zeros<float>({k.h, k.w, 2}))
        .constant<float>({2}, {0, 0})
        .output<float>(y);
    input<std::int8_t>(each_i8, x)
        .constant({k.h, k.w, 2}, zeros<std::int8_t>({k.h, k.w, 2}))
        .constant<std::int32_t>({2}, {0, 0});
    each_i8.constant({2, 2}, rescale(2)).output<std::int8_t>(y);
    for (const ModelBuilder& model : {full, full_i8, full_i16})
      samples->push_back(convolution<parameters::Conv2D>("Conv2D", model, k, {{"outputs", 2}}));
    for (const ModelBuilder& model : {each, each_i8, each_i16})
      samples->push_back(convolution<parameters::DepthwiseConv2D>("DepthwiseConv2D", model, k, {{"outputs", 2}}));
  }
  for (const Kernel k : {Kernel{1, 1}, Kernel{3, 3}}) {
    ModelBuilder sums{parameters::ConvInteger{}};
    input<std::int8_t>(sums, {1, 6, 6, 2}).constant({2, k.h, k.w, 2}, zeros<std::int8_t>({2, k.h, k.w, 2}));
    input<std::int32_t>(sums, {1});
    sums.output<std::int32_t>({1, 7 - k.h, 7 - k.w, 2});
    samples->push_back(convolution<parameters::ConvInteger>("ConvInteger", sums, k, {{"outputs", 2}}));
  }
  parameters::ConvInteger of_each;
  of_each.groups = 2;
  ModelBuilder apart{of_each};
  input<std::int8_t>(apart, {1, 4, 4, 2}).constant({2, 1, 1, 1}, zeros<std::int8_t>({2, 1, 1, 1}));
  apart.output<std::int32_t>({1, 4, 4, 2});
  samples->push_back(convolution<parameters::ConvInteger>("ConvInteger", apart, {1, 1}, {{"outputs", 2}}));
  add_packed_convolutions(samples);
  add_marked_convolutions(samples);
  // Each of the two channels by itself: as many groups as outputs.
  parameters::Conv2D grouped;
  grouped.groups = 2;
  ModelBuilder model(grouped), model_i8(grouped), model_i16(grouped);
  input<float>(model, {1, 4, 4, 2})
      .constant({1, 1, 1, 2}, zeros<float>({1, 1, 1, 2}))
      .constant<float>({2}, {0, 0})
      .output<float>({1, 4, 4, 2});
  input<std::int8_t>(model_i8, {1, 4, 4, 2})
      .constant({2, 1, 1, 1}, zeros<std::int8_t>({2, 1, 1, 1}))
      .constant<std::int32_t>({2}, {0, 0});
  model_i8.constant({2, 2}, rescale(2)).output<std::int8_t>({1, 4, 4, 2});
  input<std::int16_t>(model_i16, {1, 4, 4, 2})
      .constant({2, 1, 1, 1}, zeros<std::int8_t>({2, 1, 1, 1}))
      .constant<std::int32_t>({2}, {0, 0});
  model_i16.constant({2, 2}, rescale(2)).output<std::int16_t>({1, 4, 4, 2});
  for (const ModelBuilder& each_alone : {model, model_i8, model_i16})
    samples->push_back(convolution<parameters::Conv2D>("Conv2D", each_alone, {1, 1}, {{"outputs", 2}}));
}

template <typename Table>
void add_poolings(const std::string& name, std::vector<SampleLayer>* samples) {
  const auto fit = [](ModelBuilder& model) {
    fit_windows<Table>(model, table_of<Table>(model).kernel_h, table_of<Table>(model).kernel_w);
  };
  const auto reach = [](const ModelBuilder& model, Names* names) {
    (*names)["reach_h"] = table_of<Table>(model).kernel_h, (*names)["reach_w"] = table_of<Table>(model).kernel_w;
  };
  for (const Dimensions& x : {Dimensions{1, 65535, 1, 1}, Dimensions{1, 1, 65535, 1}, Dimensions{2, 6, 6, 2}}) {
    Table table;
    if (x[1] == x[2]) table.kernel_h = table.kernel_w = 3;
    const Dimensions y{x[0], x[1] + 1 - table.kernel_h, x[2] + 1 - table.kernel_w, x[3]};
    samples->push_back({name, layer<float>(table, {x}, y), {}, fit, reach});
    samples->push_back({name, layer<std::int8_t>(table, {x}, y), {}, fit, reach});
    samples->push_back({name, layer<std::int16_t>(table, {x}, y), {}, fit, reach});
  }
}

void add_fully_connected(std::vector<SampleLayer>* samples) {
  ModelBuilder real(parameters::FullyConnected{});
  input<float>(real, {2, 3})
      .constant({3, 4}, zeros<float>({3, 4}))
      .constant({4}, zeros<float>({4}))
      .output<float>({2, 4});
  parameters::FullyConnected table;
  table.multiplier = 1 << 30;
  ModelBuilder all(table), each(table);
  input<std::int8_t>(all, {2, 3})
      .constant({4, 3}, zeros<std::int8_t>({4, 3}))
      .constant({4}, zeros<std::int32_t>({4}))
      .output<std::int8_t>({2, 4});
  input<std::int8_t>(each, {2, 3}).constant({4, 3}, zeros<std::int8_t>({4, 3})).constant({4}, zeros<std::int32_t>({4}));
  each.constant({4, 2}, rescale(4)).output<std::int8_t>({2, 4});
  table.layout = Layout::dsp;
  ModelBuilder packed(table);
  input<std::int8_t>(packed, {2, 4})
      .constant({2, 2}, zeros<std::int32_t>({2, 2}))
      .constant({4}, zeros<std::int32_t>({4}))
      .output<std::int8_t>({2, 4});
  table.layout = Layout::mve;
  ModelBuilder marked(table);
  input<std::int8_t>(marked, {2, 4})
      .constant({4, 4}, zeros<std::int8_t>({4, 4}))
      .constant({4}, zeros<std::int32_t>({4}))
      .output<std::int8_t>({2, 4});
  ModelBuilder wide(parameters::FullyConnected{});
  input<std::int16_t>(wide, {2, 3})
      .constant({4, 3}, zeros<std::int8_t>({4, 3}))
      .constant({4}, zeros<std::int32_t>({4}));
  wide.constant({4, 2}, rescale(4)).output<std::int16_t>({2, 4});
  for (const ModelBuilder& model : {real, all, each, packed, marked, wide})
    samples->push_back({"FullyConnected", model, {}});
}

template <typename T>
void add_program_of(MapFunction function, std::vector<SampleLayer>* samples) {
  const auto fit = [](ModelBuilder& model) {  // as many instructions as the struct says, each as the first
    Argument& program = model.argument(2);
    const std::size_t instructions = table_of<parameters::Map>(model).instructions;
    program.bytes.resize(8);
    for (std::size_t i = 1; i < instructions; ++i)
      for (std::size_t byte = 0; byte < 8; ++byte) program.bytes.push_back(program.bytes[byte]);
    for (std::size_t i = 1; i < instructions; ++i) program.bytes[8 * i + 4] = std::byte{kLeft};
    program.shape = {static_cast<std::uint32_t>(program.bytes.size() / 4)};
  };
  samples->push_back({"Map", function_layer<T>(function, {2, 3}, {zeros<T>({2, 3}), zeros<T>({2, 3})}), {}, fit});
}

/// A cast to int32.
template <typename T>
void add_cast_of(std::vector<SampleLayer>* samples) {
  ModelBuilder model{parameters::Map{}};
  input<T>(model, {2, 3});
  add_program(model, {{MapFunction::cast, DataTypeOf<T>::value, DataType::int32, {0}}});
  model.output<std::int32_t>({2, 3});
  const auto fit = [](ModelBuilder& one) {  // a cast cannot follow itself: of several the first is meant
    auto& table = one.parameters<parameters::Map>();
    if (table.instructions > 1) table.instructions = 1;
  };
  samples->push_back({"Map", model, {}, fit});
}

void add_products(std::vector<SampleLayer>* samples) {
  samples->push_back({"MatMul", layer<float>(parameters::MatMul{}, {{2, 3, 3}, {3, 3}}, {2, 3, 3}), {}});
  samples->push_back({"MatMul", layer<double>(parameters::MatMul{}, {{2, 3, 3}, {3, 3}}, {2, 3, 3}), {}});
  ModelBuilder integers{parameters::MatMul{}};
  input<std::int8_t>(integers, {2, 3, 3});
  input<std::int8_t>(integers, {3, 3});
  input<std::int32_t>(integers, {2, 3});
  integers.output<std::int32_t>({2, 3, 3});
  samples->push_back({"MatMul", std::move(integers), {}});
  samples->push_back({"MatMul", layer<std::int32_t>(parameters::MatMul{}, {{2, 3, 3}, {3, 3}}, {2, 3, 3}), {}});
}

/// Two of five elements, whose tree has two leaves.
template <typename T>
void add_neighbors(std::vector<SampleLayer>* samples) {
  parameters::Neighbors table;
  table.k = 2;
  ModelBuilder model(table);
  input<T>(model, {1, 5});
  input<T>(model, {1, 3});
  model.output<T>({1, 2}).template output<std::int32_t>({1, 2}).template temporary<T>({1, 2});
  model.temporary<std::int32_t>({1, 2});
  samples->push_back({"Neighbors", std::move(model), {{"width", 5}}});
}

void add_binaries(std::vector<SampleLayer>* samples) {
  for (const auto& function : binary_functions()) {
    parameters::Binary table;
    table.function = function.value;
    if (function.value != BinaryFunction::divide)
      samples->push_back({"Binary", layer<std::int8_t>(table, {{3}, {2, 3}}, {2, 3}), {}});
  }
}

template <typename From, typename To>
void add_requantize(std::vector<SampleLayer>* samples) {
  parameters::Requantize table;
  table.output_type = DataTypeOf<To>::value;
  ModelBuilder model(std::move(table));
  const auto least = [](DataType type) { return type == DataType::int8 ? -128.0 : 0.0; };
  samples->push_back(
      {"Requantize",
       input<From>(model, {2, 3}).template output<To>({2, 3}),
       {{"input_least", least(DataTypeOf<From>::value)}, {"output_least", least(DataTypeOf<To>::value)}}});
}

void add_quantizers(std::vector<SampleLayer>* samples) {
  parameters::Quantize quantize;
  parameters::Dequantize dequantize;
  quantize.scale = dequantize.scale = 0.5f;
  ModelBuilder to(quantize), from(dequantize);
  samples->push_back({"Quantize", input<float>(to, {2, 3}).output<std::int8_t>({2, 3}), {}});
  samples->push_back({"Dequantize", input<std::int8_t>(from, {2, 3}).output<float>({2, 3}), {}});
  add_requantize<std::int8_t, std::int8_t>(samples);
  add_requantize<std::int8_t, std::uint8_t>(samples);
  add_requantize<std::uint8_t, std::int8_t>(samples);
  add_requantize<std::uint8_t, std::uint8_t>(samples);
}

/// A box in order, as far as its lengths say one.
void fit_box(ModelBuilder& model) {
  const auto& t = table_of<parameters::Move>(model);
  if (t.length[0] > 0 && t.length[1] > 0)
    output_of(model).shape = {static_cast<std::uint32_t>(t.length[0]), static_cast<std::uint32_t>(t.length[1])};
}

void fit_reduction(ModelBuilder& model) {
  const unsigned axes = table_of<parameters::Reduce>(model).axes;
  const Dimensions& x = model.argument(0).shape;
  for (unsigned i = 0; i < x.size(); ++i) output_of(model).shape[i] = (axes >> i & 1) != 0 ? 1 : x[i];
}

template <typename T>
void add_movers(std::vector<SampleLayer>* samples) {
  parameters::Move whole, corner, filled, joined;
  whole.unit = corner.unit = filled.unit = joined.unit = DataTypeOf<T>::value;
  for (unsigned axis = 0; axis < 8; ++axis) corner.length[axis] = 1;
  corner.start = 4;
  whole.rank = 2, whole.length[0] = whole.length[1] = 3, whole.stride[0] = 3, whole.stride[1] = 1;
  samples->push_back({"Move", layer<T>(whole, {{3, 3}}, {3, 3}), {{"rank", 2}}, fit_box});
  samples->push_back({"Move", layer<T>(corner, {{3, 3}}, {1}), {{"rank", 8}}});
  filled.function = MoveFunction::put, filled.fills = true, filled.start = 1, filled.stride[0] = 1;
  samples->push_back({"Move", layer<T>(filled, {{2}}, {5}), {{"rank", 1}}});
  joined.function = MoveFunction::put, joined.rank = 2;
  joined.length[0] = 2, joined.stride[0] = 6, joined.stride[1] = 1;
  samples->push_back({"Move", layer<T>(joined, {{2, 3}, {2, 3}}, {2, 6}), {{"rank", 2}}});
}

template <typename T>
void add_gather(std::vector<SampleLayer>* samples) {
  parameters::Gather table;
  table.unit = DataTypeOf<T>::value;
  ModelBuilder columns(table);
  samples->push_back(
      {"Gather",
       input<T>(columns, {2, 2}).template constant<std::int32_t>({2}, {1, 0}).template output<T>({2, 2}),
       {{"x_rank", 2}}});
}

void add_reductions(std::vector<SampleLayer>* samples) {
  parameters::Reduce reduce;
  reduce.axes = 1;
  for (std::uint8_t function = 0; function < 4; ++function) {
    reduce.function = static_cast<ReduceFunction>(function);
    samples->push_back(
        {"Reduce", layer<float>(reduce, {{2, 3, 4}}, {1, 3, 4}), {{"all_axes", 7}}, fit_reduction});
    samples->push_back(
        {"Reduce", layer<double>(reduce, {{2, 3, 4}}, {1, 3, 4}), {{"all_axes", 7}}, fit_reduction});
    if (reduce.function != ReduceFunction::mean)
      samples->push_back(
          {"Reduce", layer<std::int32_t>(reduce, {{2, 3, 4}}, {1, 3, 4}), {{"all_axes", 7}}, fit_reduction});
    if (function != 0)
      samples->push_back(
          {"Reduce", layer<std::int8_t>(reduce, {{2, 3, 4}}, {1, 3, 4}), {{"all_axes", 7}}, fit_reduction});
  }
}

void add_lstm(std::vector<SampleLayer>* samples) {
  for (const MemoryKind memory : {MemoryKind::activations, MemoryKind::state}) {
    parameters::LSTM table;
    table.return_sequences = true;
    ModelBuilder model(std::move(table));
    input<float>(model, {1, 5, 3})
        .constant({3, 8}, zeros<float>({3, 8}))
        .constant({2, 8}, zeros<float>({2, 8}))
        .constant({8}, zeros<float>({8}));
    model.output<float>({1, 5, 2}).temporary<float>({2}, memory).temporary<float>({2}, memory).temporary<float>({8});
    samples->push_back({"LSTM", std::move(model), {}, [](ModelBuilder& builder) {
                          output_of(builder).shape = table_of<parameters::LSTM>(builder).return_sequences
                                                         ? Dimensions{1, 5, 2}
                                                         : Dimensions{1, 2};
                        }});
  }
}

void add_quantized_lstm(std::vector<SampleLayer>* samples) {
  parameters::QuantizedLSTM table;
  table.return_sequences = true;
  ModelBuilder model(std::move(table));
  input<std::int8_t>(model, {1, 5, 3})
      .constant({8, 3}, zeros<std::int8_t>({8, 3}))
      .constant({8, 2}, zeros<std::int8_t>({8, 2}));
  model.constant({2, 8}, zeros<std::int32_t>({2, 8})).constant({8, 2}, rescale(8)).output<std::int8_t>({1, 5, 2});
  model.temporary<std::int8_t>({2}).temporary<std::int16_t>({2}).temporary<std::int16_t>({8});
  samples->push_back({"QuantizedLSTM", std::move(model), {}, [](ModelBuilder& builder) {
                        output_of(builder).shape = table_of<parameters::QuantizedLSTM>(builder).return_sequences
                                                       ? Dimensions{1, 5, 2}
                                                       : Dimensions{1, 2};
                      }});
}

void add_scan(std::vector<SampleLayer>* samples) {
  parameters::Scan table;
  table.whole = 1, table.stateful = true;
  samples->push_back({"Scan", scan_model(table), {{"inputs", 1}, {"outputs", 1}}, [](ModelBuilder& builder) {
                        const std::byte counted = builder.bytes[offsetof(parameters::Scan, counted)];
                        if (counted != std::byte{}) builder = counted_scan_model(1);
                        builder.bytes[offsetof(parameters::Scan, counted)] = counted;  // as it was, legal or not
                        output_of(builder).shape =
                            table_of<parameters::Scan>(builder).whole != 0 ? Dimensions{1, 3, 2} : Dimensions{1, 2};
                      }});
}

template <typename T>
void add_rows(std::vector<SampleLayer>* samples) {
  samples->push_back({"Rows", rows_model<T>({1, 2, 3, 4, 5, 6, 0, 0, 9, 9, -1, -2}), {}});
}

template <typename Leaf>
void add_trees(TreeSum function, const std::vector<std::int32_t>& nodes, std::vector<SampleLayer>* samples) {
  parameters::TreeEnsemble table;
  table.function = function;
  ModelBuilder model(table);
  input<float>(model, {2, 2})
      .constant({static_cast<std::uint32_t>(nodes.size() / 3), 3}, nodes)
      .constant<std::int32_t>({1}, {0});
  model.constant<std::int32_t>({1}, {0})
      .constant<Leaf>({2, 1}, {1, 2})
      .template constant<Leaf>({1}, {0})
      .template output<Leaf>({2, 1});
  samples->push_back({"TreeEnsemble", std::move(model), {}});
}

template <typename T>
void replace(ModelBuilder& model, unsigned i, const std::vector<T>& numbers) {
  model.argument(i).shape = {static_cast<std::uint32_t>(numbers.size())};
  model.argument(i).bytes.resize(numbers.size() * sizeof(T));
  std::memcpy(model.argument(i).bytes.data(), numbers.data(), numbers.size() * sizeof(T));
}

/// One tree with as many levels and steps as the struct says, two entries with children and two without.
void fit_packed_trees(ModelBuilder& model) {
  const auto& table = table_of<parameters::PackedTrees>(model);
  const std::int16_t tops = static_cast<std::int16_t>(1 << table.levels), inner = table.steps == 0 ? 0 : 2;
  const auto entries = static_cast<std::uint32_t>(tops - 1 + inner + 2);
  replace(model, 2, std::vector<std::int32_t>(entries)), replace(model, 3, std::vector<std::uint8_t>(entries));
  replace(model, 4, std::vector<std::int16_t>(static_cast<std::size_t>(tops), tops));
  replace(model, 5, std::vector<std::int16_t>(2, tops));
  replace(model, 6, std::vector<std::int16_t>(2, static_cast<std::int16_t>(tops + inner)));
  replace(model, 8, std::vector<std::int32_t>{1, inner, 2}), model.argument(8).shape = {1, 3};
}

template <typename Leaf, typename Result = Leaf>
void add_packed_trees(TreeSum function, std::vector<SampleLayer>* samples) {
  parameters::PackedTrees table;
  table.function = function;
  ModelBuilder model(table);
  input<float>(model, {2, 2}).constant<std::int32_t>({1}, {0}).constant<std::int32_t>({2}, {0, 0});
  model.constant<std::uint8_t>({2}, {0, 0})
      .constant<std::int16_t>({1}, {1})
      .constant<std::int16_t>({2}, {0, 0})
      .constant<std::int16_t>({2}, {0, 0})
      .constant<std::int16_t>({4}, {0, 0, 0, 0})
      .constant<std::int32_t>({1, 3}, {1, 0, 2})
      .constant<std::int32_t>({1}, {0});
  model.constant<Leaf>({1, 1}, {1})
      .template constant<Leaf>({2}, {0, 0})
      .template output<Result>({2, 2})
      .template temporary<std::int32_t>({1});
  samples->push_back({"PackedTrees", std::move(model), {}, fit_packed_trees});
}

void add_ensembles(std::vector<SampleLayer>* samples) {
  const std::vector<std::int32_t> threshold{1, 0, 2, -1, 0, 0, -1, 0, 1};
  const std::vector<std::int32_t> set{1 | 1 << 29, 3, 2, -1, 0, 0, -1, 0, 1, -2, 0, 0, -1, 5, 0};  // numbers 0 and 2
  add_trees<float>(TreeSum::compensated, threshold, samples);
  add_trees<float>(TreeSum::plain, threshold, samples), add_trees<double>(TreeSum::plain, threshold, samples);
  add_trees<float>(TreeSum::categories, set, samples), add_trees<double>(TreeSum::categories, set, samples);
  add_packed_trees<float>(TreeSum::compensated, samples);
  add_packed_trees<std::int32_t, float>(TreeSum::shares, samples);
}

const std::vector<std::uint8_t> kBytes{'a', 'b', 'b'};

template <typename T>
void add_labels(std::vector<SampleLayer>* samples) {
  ModelBuilder decode(parameters::LabelDecode{}), encode(parameters::LabelEncode{});
  samples->push_back({"LabelDecode",
                      input<std::int32_t>(decode, {2}).template constant<T>({3}, {1, 2, 3}).template output<T>({2}),
                      {}});
  samples->push_back({"LabelEncode",
                      input<T>(encode, {2}).template constant<T>({3}, {1, 2, 3}).template output<std::int64_t>({2}),
                      {}});
}

void add_lookups(std::vector<SampleLayer>* samples) {
  ModelBuilder decode(parameters::LabelDecode{}), encode(parameters::LabelEncode{});
  add_labels<std::int64_t>(samples);
  add_labels<double>(samples);
  samples->push_back({"LabelDecode",
                      input<std::int32_t>(decode, {2})
                          .constant<std::int32_t>({3}, {0, 1, 3})
                          .constant({3}, kBytes)
                          .output<String>({2}),
                      {}});
  samples->push_back({"LabelEncode",
                      encode.input<String>({2}, {})
                          .constant<std::int32_t>({3}, {0, 1, 3})
                          .constant({3}, kBytes)
                          .output<std::int64_t>({2}),
                      {}});
  ModelBuilder find(parameters::FindText{});
  samples->push_back({"FindText",
                      find.input<String>({1, 2}, {})
                          .constant<std::int32_t>({2, 2}, {1, 1, 0, 2})
                          .constant<std::int32_t>({3}, {0, 1, 3})
                          .constant({3}, kBytes)
                          .output<std::int32_t>({1, 2}),
                      {}});
  ModelBuilder hash(parameters::HashText{.bins = 5}), number(parameters::HashText{});
  const auto fit = [](ModelBuilder& model) {
    output_of(model).shape = {2, table_of<parameters::HashText>(model).bins == 0 ? 2u : 1u};
  };
  samples->push_back({"HashText", hash.input<String>({2}, {}).output<std::int32_t>({2}), {}, fit});
  samples->push_back({"HashText", input<std::int32_t>(number, {2}).output<std::int32_t>({2, 2}), {}, fit});
}

void add_texts(std::vector<SampleLayer>* samples) {
  parameters::CountTerms count;
  parameters::HashTerms hash;
  count.entries = hash.entries = 2;
  const std::vector<std::string> rows{"", ""};
  ModelBuilder counter{count}, hasher{hash};
  Texts({"a", "the"}).add_to(add_term_inputs(counter, rows, letters_alone()));
  add_term_inputs(hasher, rows, letters_alone());
  for (ModelBuilder* const each : {&counter, &hasher}) each->output<std::int32_t>({2, 2}).output<std::int32_t>({2, 2});
  samples->push_back({"CountTerms", std::move(counter), {{"columns", 1}}});
  samples->push_back({"HashTerms", std::move(hasher), {{"columns", 1}}});
}

template <typename T>
void add_scatter(std::vector<SampleLayer>* samples) {
  parameters::Scatter table;
  table.width = 3;
  ModelBuilder model{table};
  input<T>(model, {1, 2}).template constant<std::int32_t>({1, 2}, {2, 0}).template output<T>({1, 3});
  samples->push_back({"Scatter", std::move(model), {}});
}

/// A kernel that no sample above has gets the layer of its description.
void add_described(std::vector<SampleLayer>* samples) {
  for (DescribedLayer& described : described_layers()) {
    const KernelName name = described.model.kernel_name();
    const auto has_its_kernel = [&](const SampleLayer& sample) {
      const KernelName other = sample.model.kernel_name();
      return std::memcmp(&name, &other, sizeof name) == 0;
    };
    if (std::any_of(samples->begin(), samples->end(), has_its_kernel)) continue;
    const double rank = static_cast<double>(described.model.arguments[0].shape.size());
    samples->push_back({described.structure, std::move(described.model), {{"rank", rank}}});
  }
}

}  // namespace

const std::vector<SampleLayer>& sample_layers() {
  static const std::vector<SampleLayer> samples = [] {
    std::vector<SampleLayer> all;
    add_fully_connected(&all);
    add_convolutions(&all);
    add_poolings<parameters::MaxPool2D>("MaxPool2D", &all);
    add_poolings<parameters::AveragePool2D>("AveragePool2D", &all);
    add_program_of<float>(MapFunction::add, &all), add_program_of<double>(MapFunction::add, &all);
    add_program_of<std::int32_t>(MapFunction::add, &all);
    add_cast_of<std::int16_t>(&all), add_cast_of<std::int8_t>(&all);
    add_cast_of<std::uint8_t>(&all), add_cast_of<bool>(&all);
    add_products(&all);
    add_neighbors<float>(&all), add_neighbors<double>(&all);
    add_binaries(&all);
    add_quantizers(&all);
    add_movers<std::int8_t>(&all), add_movers<std::int16_t>(&all), add_movers<std::int32_t>(&all),
        add_movers<std::int64_t>(&all), add_movers<String>(&all);
    add_gather<std::int8_t>(&all), add_gather<std::int16_t>(&all), add_gather<std::int32_t>(&all),
        add_gather<std::int64_t>(&all);
    add_reductions(&all);
    add_lstm(&all);
    add_quantized_lstm(&all);
    add_scan(&all);
    add_rows<float>(&all), add_rows<std::int8_t>(&all);
    add_ensembles(&all);
    add_lookups(&all);
    add_texts(&all);
    add_scatter<float>(&all), add_scatter<double>(&all);
    add_described(&all);
    return all;
  }();
  return samples;
}

}  // namespace nacre::test
