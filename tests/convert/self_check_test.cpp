#include "tools/convert/self_check.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "tests/support/described_layers.hpp"
#include "tests/support/graphs.hpp"
#include "tools/common/refusal.hpp"
#include "tools/emit/emit.hpp"
#include "tools/graph/moves.hpp"
#include "tools/lower/lower.hpp"
#include "tools/session/session.hpp"
#include "tools/operators/scan.hpp"
#include "tools/plan/plan.hpp"
#include "tools/text/characters.hpp"
#include "tools/trees/forest.hpp"

// The self-check is what stands between a wrong kernel, emitter or optimiser and a silently wrong model.
// Here the file is made from another graph than the one that was read, once per operator: a little wrong.

namespace nacre::tools::test {
namespace {

using Random = nacre::test::Random;

/// Random weights, one of them 1 % of the largest off where `wrong`.
ValueId weights(Graph& graph, Random& random, Dimensions shape, bool wrong) {
  const ValueId id = random_constant(graph, random, shape);
  std::vector<double> numbers = graph.values[id].constant->to<double>();
  if (wrong) numbers[numbers.size() / 2] += 0.02;
  return graph.add_constant(std::move(shape), numbers);
}

ValueId image(Graph& graph) { return graph.add_input("x", {DataType::float32, {1, 5, 6, 3}}); }
ValueId volume(Graph& graph) { return graph.add_input("x", {DataType::float32, {1, 4, 3, 5, 2}}); }
ValueId row(Graph& graph, std::int64_t width = 6) { return graph.add_input("x", {DataType::float32, {1, width}}); }
ValueId bytes(Graph& graph) { return graph.add_input("x", {DataType::int8, {1, 6}}); }

/// The row in another order, where `wrong`.
ValueId in_order(Graph& graph, ValueId x, bool wrong) {
  return add_selection(graph, x, {0, 1, wrong ? 3 : 2, wrong ? 2 : 3, 4, 5}, "order");
}

TreeNodes stump(bool wrong) {
  const double missing = -2;
  return {{1, 3, -1, -1, -1},
          {2, 4, -1, -1, -1},
          {wrong ? 1 : 0, 3, -2, -2, -2},
          {0.25, -0.5, missing, missing, missing},
          {}};
}

/// A state that keeps 3/4 of itself and takes what x becomes.
ValueId filtered(Graph& graph, Random& random, bool wrong) {
  const ValueId x = graph.add_input("x", {DataType::float32, {1, 5, 3}});
  Graph body = scan_body(graph, {x}, {{DataType::float32, {1, 2}}});
  const ValueId taken = body.add(parameters::FullyConnected{},
                                 {body.inputs[0].value, weights(body, random, {3, 2}, wrong),
                                  weights(body, random, {2}, false)}, "");
  const ValueId kept = add_affine(body, body.inputs[1].value, {0}, {0.75}, {0}, "keep");
  const ValueId next = body.add(parameters::Binary{}, {kept, taken}, "");
  body.add_output("next", next);
  body.add_output("y", next);
  parameters::Scan scan;
  scan.whole = 1;
  return add_scan(graph, scan, {x}, std::move(body), "y")[0];
}

/// What a layer that looks for words of small letters in a text takes first.
std::vector<ValueId> words(Graph& graph) {
  CharacterRules rules;
  rules.token = parse_token_pattern("[a-z]+");
  const CharacterTable table = character_table(rules, nullptr);
  const auto rows = static_cast<std::int64_t>(table.rows.size() / 2);
  return {graph.add_input("x", {DataType::string, {1, 1}}), integers(graph, {rows, 2}, table.rows),
          integers(graph, {std::ssize(table.replacements)}, table.replacements), integers(graph, {1}, {0}),
          graph.add_constant(Array::of(ElementType::uint8, {1}, std::vector<std::int32_t>{0}), DataType::uint8)};
}

struct Case {
  Operator op;
  ValueId (*build)(Graph& graph, Random& random, bool wrong);
};

const Case kCases[] = {
    {Operator::scan, filtered},
    {Operator::fully_connected,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::FullyConnected{}, {row(g), weights(g, r, {6, 4}, wrong), weights(g, r, {4}, false)},
                    "y");
     }},
    {Operator::fully_connected,
     [](Graph& g, Random&, bool wrong) {
       parameters::FullyConnected table;
       table.multiplier = 1 << 30, table.shift = -2;
       return g.add(
           std::move(table),
           {bytes(g), integers(g, {1, 6}, {1, 2, wrong ? -9 : -3, 4, 5, 6}, DataType::int8), integers(g, {1}, {7})},
           "y");
     }},
    {Operator::conv_2d,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::Conv2D{}, {image(g), weights(g, r, {3, 2, 3, 4}, wrong), weights(g, r, {4}, false)},
                    "y");
     }},
    {Operator::depthwise_conv_2d,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::DepthwiseConv2D{},
                    {image(g), weights(g, r, {3, 2, 6}, false), weights(g, r, {6}, wrong)}, "y");
     }},
    {Operator::max_pool_2d,
     [](Graph& g, Random&, bool wrong) {
       parameters::MaxPool2D table;
       table.kernel_h = wrong ? 2 : 3, table.pad_top = wrong ? 0 : 1;
       return g.add(std::move(table), {image(g)}, "y");
     }},
    {Operator::average_pool_2d,
     [](Graph& g, Random&, bool wrong) {
       parameters::AveragePool2D table;
       table.kernel_w = wrong ? 2 : 3, table.pad_left = wrong ? 0 : 1;
       return g.add(std::move(table), {image(g)}, "y");
     }},
    {Operator::affine,
     [](Graph& g, Random&, bool wrong) { return add_affine(g, row(g), {3}, {wrong ? 2.00001 : 2}, {0.5}, "y"); }},
    {Operator::prelu, [](Graph& g, Random& r,
                         bool wrong) { return g.add(parameters::PRelu{}, {row(g), weights(g, r, {6}, wrong)}, "y"); }},
    {Operator::prelu,
     [](Graph& g, Random&, bool wrong) {
       parameters::PRelu table;
       table.positive_multiplier = 1 << 30, table.positive_shift = 1, table.negative_multiplier = 1 << 30,
       table.negative_shift = -5;
       return g.add(std::move(table),
                    {bytes(g), integers(g, {6}, {64, 64, 64, 64, 64, wrong ? 63 : 64}, DataType::int8)}, "y");
     }},
    {Operator::softmax,
     [](Graph& g, Random&, bool wrong) { return g.add(parameters::Softmax{}, {in_order(g, row(g), wrong)}, "y"); }},
    {Operator::lookup_table,
     [](Graph& g, Random&, bool wrong) {
       std::vector<std::int32_t> table(256);
       for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = wrong && i == 255 ? 126 : i - 128;
       return g.add(parameters::LookupTable{}, {bytes(g), integers(g, {256}, table, DataType::int8)}, "y");
     }},
    {Operator::binary,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::Binary{}, {row(g), weights(g, r, {6}, wrong)}, "y");
     }},
    {Operator::binary,
     [](Graph& g, Random&, bool wrong) {
       parameters::Binary table;
       table.function = wrong ? BinaryFunction::maximum : BinaryFunction::minimum;
       return g.add(std::move(table), {bytes(g), integers(g, {1, 6}, {0, 1, 2, 3, 4, 5}, DataType::int8)}, "y");
     }},
    {Operator::concatenate,
     [](Graph& g, Random&, bool wrong) {
       const ValueId x = row(g), y = g.add(parameters::Softmax{}, {x}, "soft");
       parameters::Concatenate table;
       table.axis = 1;
       return g.add(std::move(table), wrong ? std::vector{y, x} : std::vector{x, y}, "y");
     }},
    {Operator::permute,
     [](Graph& g, Random&, bool wrong) {
       const ValueId x = add_reshape(g, row(g), {1, 2, 3}, "");
       parameters::Permute table;
       std::iota(table.permutation, table.permutation + 4, std::uint8_t{0});
       if (!wrong) std::swap(table.permutation[2], table.permutation[3]);
       return add_reshape(g, g.add(table, {x}, "y"), {6}, "");
     }},
    {Operator::pad,
     [](Graph& g, Random&, bool wrong) {
       parameters::Pad table;
       table.before[1] = 1;
       table.value = wrong ? 0.0f : 1e-6f;
       return g.add(std::move(table), {row(g)}, "y");
     }},
    {Operator::conv_transposed,
     [](Graph& g, Random& r, bool wrong) {
       const parameters::ConvTransposed table{.size = {11, 13, 1}, .stride = {2, 2, 1}};
       return g.add(table, {image(g), weights(g, r, {3, 3, 3, 2}, wrong), weights(g, r, {2}, false)}, "y");
     }},
    {Operator::conv_3d,
     [](Graph& g, Random& r, bool wrong) {
       const parameters::Conv3D table{.stride = {2, 1, 1}, .pad_before = {1, 1, 0}};
       return g.add(table, {volume(g), weights(g, r, {2, 2, 3, 2, 3}, wrong), weights(g, r, {3}, false)}, "y");
     }},
    {Operator::pool_3d,
     [](Graph& g, Random&, bool wrong) {
       parameters::Pool3D table{.kernel = {2, 2, 2}, .pad_after = {1, 0, 1}, .function = PoolFunction::average};
       if (wrong) std::swap(table.pad_before, table.pad_after);
       return g.add(table, {volume(g)}, "y");
     }},
    {Operator::pool_3d,
     [](Graph& g, Random&, bool wrong) {
       const parameters::Pool3D table{.kernel = {2, 1, 3}, .stride = {1, static_cast<std::uint16_t>(wrong ? 1 : 2), 1}};
       const ValueId y = g.add(table, {volume(g)}, "y");
       parameters::Slice first = slice_of_all(g.shape(y));
       first.size[2] = 2;
       return g.add(first, {y}, "first");
     }},
    {Operator::gather,
     [](Graph& g, Random& r, bool wrong) {
       return add_lookup(g, weights(g, r, {3, 2}, wrong), g.add_input("x", {DataType::int32, {1, 9}}), "y");
     }},
    {Operator::lstm,
     [](Graph& g, Random& r, bool wrong) {
       const ValueId x = g.add_input("x", {DataType::float32, {1, 4, 3}});
       return g.add(parameters::LSTM{},
                    {x, weights(g, r, {3, 8}, false), weights(g, r, {2, 8}, wrong), weights(g, r, {8}, false)}, "y");
     }},
    {Operator::lstm,
     [](Graph& g, Random& r, bool wrong) {
       parameters::LSTM table;
       table.cell_clip = wrong ? 0.101f : 0.1f;
       const ValueId x = g.add_input("x", {DataType::float32, {1, 4, 3}});
       return g.add(std::move(table),
                    {x, weights(g, r, {3, 8}, false), weights(g, r, {2, 8}, false), weights(g, r, {8}, false)}, "y");
     }},
    {Operator::quantized_lstm,
     [](Graph& g, Random& r, bool wrong) {
       const auto random_bytes = [&](Dimensions shape, bool off) {
         std::vector<std::int32_t> numbers(static_cast<std::size_t>(shape[0] * shape[1]));
         for (auto& number : numbers) number = r.integer(-60, 60);
         numbers[numbers.size() / 2] += off ? 3 : 0;
         return integers(g, shape, numbers, DataType::int8);
       };
       parameters::QuantizedLSTM table;
       table.return_sequences = true, table.cell_integer_bits = 2, table.output_multiplier = 1 << 30,
       table.output_shift = -22;
       const ValueId x = g.add_input("x", {DataType::int8, {1, 4, 3}}), kernel = random_bytes({8, 3}, false),
                     recurrent = random_bytes({8, 2}, wrong);
       std::vector<std::int32_t> ones;
       for (int i = 0; i < 8; ++i) ones.insert(ones.end(), {1 << 30, 1});
       return g.add(
           std::move(table),
           {x, kernel, recurrent, integers(g, {2, 8}, std::vector<std::int32_t>(16, 9)), integers(g, {8, 2}, ones)},
           "y");
     }},
    {Operator::reduce,
     [](Graph& g, Random&, bool wrong) {
       parameters::Reduce table;
       table.axes = 2, table.function = wrong ? ReduceFunction::minimum : ReduceFunction::maximum;
       return g.add(std::move(table), {bytes(g)}, "y");
     }},
    {Operator::tree_ensemble,
     [](Graph& g, Random&, bool wrong) {  // another feature
       Forest forest(6, 1, 1);
       forest.add(stump(wrong), 0, [](std::size_t n) { return std::vector<double>{0.1 * static_cast<double>(n)}; });
       return forest.finish(g, row(g), 1, "y");
     }},
    {Operator::tree_ensemble,
     [](Graph& g, Random&, bool wrong) {  // children swapped
       Forest forest(6, 1, 1);
       TreeNodes tree = stump(false);
       if (wrong) std::swap(tree.left[1], tree.right[1]);
       forest.add(tree, 0, [](std::size_t n) { return std::vector<double>{0.1 * static_cast<double>(n)}; });
       return forest.finish(g, row(g), 1, "y");
     }},
    {Operator::tree_ensemble,
     [](Graph& g, Random&, bool wrong) {  // a leaf of a hundred trees, off by a ten-thousandth
       Forest forest(6, 1, 1);
       for (int t = 0; t < 100; ++t)
         forest.add(stump(false), 0, [&](std::size_t n) {
           return std::vector<double>{0.1 * static_cast<double>(n) + (wrong && t == 50 ? 1e-4 : 0)};
         });
       return forest.finish(g, row(g), 100, "y");
     }},
    {Operator::impute,
     [](Graph& g, Random&, bool wrong) {
       return g.add(parameters::Impute{}, {row(g), g.add_constant({6}, std::vector<double>(6, wrong ? 1.000001 : 1.0))},
                    "y");
     }},
    {Operator::arg_max,
     [](Graph& g, Random&, bool wrong) { return g.add(parameters::ArgMax{}, {in_order(g, row(g), wrong)}, "y"); }},
    {Operator::binarize,
     [](Graph& g, Random&, bool wrong) {
       parameters::Binarize table;
       table.threshold = wrong ? 0.2f : 0.0f;
       return g.add(std::move(table), {row(g)}, "y");
     }},
    {Operator::matmul,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::MatMul{}, {row(g), weights(g, r, {6, 4}, wrong)}, "y");
     }},
    {Operator::clip,
     [](Graph& g, Random&, bool wrong) {
       parameters::Clip table;
       table.minimum = wrong ? -0.6f : -0.5f, table.maximum = 0.5f;
       return g.add(table, {row(g)}, "y");
     }},
    {Operator::label_decode,
     [](Graph& g, Random&, bool wrong) {  // the order of the classes
       const ValueId labels = g.add_constant(
           Array::of(ElementType::float64, {6},
                     wrong ? std::vector<double>{5, 6, 8, 7, 9, 10} : std::vector<double>{5, 6, 7, 8, 9, 10}),
           DataType::float64);
       return g.add(parameters::LabelDecode{}, {g.add(parameters::ArgMax{}, {row(g)}, "index"), labels}, "y");
     }},
    {Operator::label_decode,
     [](Graph& g, Random&, bool wrong) {
       const std::vector<std::int32_t> letters = wrong ? std::vector<std::int32_t>{'a', 'b', 'd', 'c', 'e', 'f'}
                                                       : std::vector<std::int32_t>{'a', 'b', 'c', 'd', 'e', 'f'};
       const ValueId text = g.add_constant(Array::of(ElementType::uint8, {6}, letters), DataType::uint8);
       return g.add(parameters::LabelDecode{},
                    {g.add(parameters::ArgMax{}, {row(g)}, "index"), integers(g, {7}, {0, 1, 2, 3, 4, 5, 6}), text},
                    "y");
     }},
    {Operator::label_encode,
     [](Graph& g, Random&, bool wrong) {
       const ValueId classes = g.add_constant(
           Array::of(ElementType::int64, {3}, wrong ? std::vector<double>{1, 3, 4} : std::vector<double>{1, 2, 3}),
           DataType::int64);
       return g.add(parameters::LabelEncode{}, {g.add_input("x", {DataType::int64, {1, 8}}), classes}, "y");
     }},
    {Operator::find_text,
     [](Graph& g, Random&, bool wrong) {
       const std::vector<std::int32_t> letters = wrong ? std::vector<std::int32_t>{'a', 'c', 'd'}
                                                       : std::vector<std::int32_t>{'a', 'b', 'd'};
       const ValueId text = g.add_constant(Array::of(ElementType::uint8, {3}, letters), DataType::uint8);
       const ValueId x = g.add_input("x", {DataType::string, {1, 8}});
       g.inputs.back().samples[3].texts = {"a", "b", "c"};
       const ValueId columns = g.add_constant(
           Array::of(ElementType::int32, {1, 2}, std::vector<std::int32_t>{3, 3}), DataType::int32);
       return g.add(parameters::FindText{}, {x, columns, integers(g, {4}, {0, 1, 2, 3}), text}, "y");
      }},
    {Operator::count_terms,
     [](Graph& g, Random&, bool wrong) {
       std::vector<ValueId> inputs = words(g);
       inputs.push_back(integers(g, {3}, {0, 3, 4}));
       inputs.push_back(g.add_constant(
           Array::of(ElementType::uint8, {4}, std::vector<std::int32_t>{'t', 'h', wrong ? 'f' : 'e', 'x'}),
           DataType::uint8));
       g.add(parameters::CountTerms{.entries = 2}, inputs, "y");
       return g.nodes.back().outputs[1];
     }},
    {Operator::hash_terms,
     [](Graph& g, Random&, bool wrong) {
       const std::vector<ValueId> inputs = words(g);
       g.inputs.back().samples[0].texts = {"the", "hello abcd", "the the"};
       g.add(parameters::HashTerms{.features = 100, .entries = 16, .alternate = wrong}, inputs, "y");
       return g.nodes.back().outputs[1];
     }},
    {Operator::sparse_matmul,
     [](Graph& g, Random& r, bool wrong) {
       return g.add(parameters::SparseMatMul{},
                    {row(g), integers(g, {1, 6}, {5, 4, 3, 2, 1, 0}), weights(g, r, {6, 4}, wrong),
                     weights(g, r, {4}, false)},
                    "y");
     }},
    {Operator::scatter,
     [](Graph& g, Random&, bool wrong) {
       return g.add(parameters::Scatter{.width = 4},
                    {row(g), integers(g, {1, 6}, {5, 4, 3, 2, 1, 0}), integers(g, {4}, {0, 1, wrong ? 3 : 2, 5})}, "y");
     }},
    {Operator::quantize,
     [](Graph& g, Random&, bool wrong) {
       parameters::Quantize table;
       table.scale = wrong ? 0.0101f : 0.01f;
       return g.add(std::move(table), {row(g)}, "y");
     }},
    {Operator::dequantize,
     [](Graph& g, Random&, bool wrong) {
       parameters::Dequantize table;
       table.scale = wrong ? 0.0100001f : 0.01f;
       return g.add(std::move(table), {bytes(g)}, "y");
     }},
    {Operator::requantize,
     [](Graph& g, Random&, bool wrong) {
       parameters::Requantize table;
       table.multiplier = 1 << 30, table.output_zero_point = wrong ? 1 : 0;
       return g.add(std::move(table), {bytes(g)}, "y");
     }},
    {Operator::gather, [](Graph& g, Random&, bool wrong) { return in_order(g, row(g), wrong); }},
    {Operator::top_k,
     [](Graph& g, Random&, bool wrong) {
       g.add(parameters::TopK{.k = 3}, {in_order(g, row(g), wrong)}, "y");
       return g.nodes.back().outputs[1];
     }},
    {Operator::top_k,
     [](Graph& g, Random& r, bool wrong) {
       const ValueId x = g.add(parameters::Binary{}, {row(g), weights(g, r, {6}, wrong)}, "sum");
       return g.add(parameters::TopK{.k = 6}, {x}, "y");
     }},
    {Operator::neighbors,
     [](Graph& g, Random&, bool wrong) {
       const ValueId bounds = g.add_constant({1, 3}, {0, 1, 2});
       g.add(parameters::Neighbors{.k = 3}, {in_order(g, row(g), wrong), bounds}, "y");
       return g.nodes.back().outputs[1];
     }},
    {Operator::normalize,
     [](Graph& g, Random&, bool wrong) {
       parameters::Normalize table;
       table.norm = wrong ? Norm::l1 : Norm::l2;
       return g.add(std::move(table), {row(g)}, "y");
     }},
    {Operator::reduce,
     [](Graph& g, Random&, bool wrong) {
       parameters::Reduce table;
       table.function = ReduceFunction::mean;
       table.axes = wrong ? 4 : 2;
       return g.add(std::move(table), {g.add_input("x", {DataType::float32, {1, 3, 3}})}, "y");
     }},
    {Operator::slice,
     [](Graph& g, Random&, bool wrong) {
       parameters::Slice table;
       table.begin[1] = wrong ? 1 : 0;
       table.stride[0] = 1, table.stride[1] = 2;
       table.size[0] = 1, table.size[1] = 3;
       return g.add(std::move(table), {row(g)}, "y");
     }},
    {Operator::broadcast,
     [](Graph& g, Random&, bool wrong) {
       parameters::Broadcast table;
       table.shape[0] = 1, table.shape[1] = 2, table.shape[2] = 6, table.rank = 3;
       return g.add(table, {add_reshape(g, in_order(g, row(g), wrong), {1, 6}, "")}, "y");
     }},
    {Operator::copy,
     [](Graph& g, Random&, bool wrong) { return g.add(parameters::Copy{}, {in_order(g, row(g), wrong)}, "y"); }},
};

ValueId add_with_initial_values(Graph& graph, Operator op, std::vector<ValueId> inputs) {
  switch (op) {
#define NACRE_OPERATOR(word, Struct) \
  case Operator::word: return graph.add(parameters::Struct{}, std::move(inputs), "y");
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }
  throw std::logic_error("no operator");
}

/// The float32 layer of an operator's description: of `wrong`, the elements of the input stand in reverse order.
Graph build_described(const nacre::test::ModelBuilder& layer, bool wrong) {
  Random random(11);
  Graph graph;
  std::vector<ValueId> inputs;
  for (unsigned i = 0; i < layer.inputs; ++i) {
    Dimensions shape(layer.arguments[i].shape.begin(), layer.arguments[i].shape.end());
    if (i > 0) {
      inputs.push_back(random_constant(graph, random, shape));
      continue;
    }
    shape[0] = 1;
    std::vector<std::int64_t> order(static_cast<std::size_t>(shape.back()));
    std::iota(order.begin(), order.end(), 0);
    if (wrong) std::reverse(order.begin(), order.end());
    const ValueId x = graph.add_input("x", {DataType::float32, shape});
    inputs.push_back(add_selection(graph, x, order, "order"));
  }
  graph.add_output("y", add_with_initial_values(graph, layer.op, std::move(inputs)));
  return graph;
}

bool is_float32(const nacre::test::ModelBuilder& layer) {
  return std::ranges::all_of(layer.arguments, [](const auto& one) { return one.type == DataType::float32; });
}

Graph build(const Case& one, bool wrong) {
  Random random(11);
  Graph graph;
  graph.add_output("y", one.build(graph, random, wrong));
  return graph;
}

/// Checks the file of one graph against another, on rows for its one input too.
SelfCheck check(const Graph& read, Graph written, const std::vector<std::vector<double>>& rows = {}) {
  lower(written);
  const ModelBytes file = emit(written, plan(written), {"m", "", ""}, {});
  std::vector<GoldenCase> golden;
  std::vector<std::vector<Tensor64>> given;
  for (const std::vector<double>& x : rows) given.push_back({{read.type(read.inputs[0].value), x, {}}});
  return self_check(read, {file.data(), file.size()}, given, &golden);
}

SelfCheck judge(const Graph& graph, const std::vector<std::vector<double>>& rows = {}) {
  return check(graph, graph, rows);
}

ValueId activate(Graph& graph, ValueId x, ActivationFunction function, float threshold = 0) {
  parameters::Activation table;
  table.function = function, table.threshold = threshold;
  return graph.add(std::move(table), {x});
}

/// Two classes with the same score but for `gap`, the second ahead.
Graph nearly_tied(double gap, const char* library) {
  Graph graph;
  const ValueId scores = add_fully_connected(graph, row(graph, 1), {1, 1 + gap}, {0, 0}, "scores"),
                index = graph.add(parameters::ArgMax{}, {scores}, "index");
  const ValueId labels =
      graph.add_constant(Array::of(ElementType::int64, {2}, std::vector<std::int64_t>{3, 4}), DataType::int64);
  graph.add_output("y", graph.add(parameters::LabelDecode{}, {index, labels}, "label"));
  graph.sources.push_back({"", "", library, ""});
  return graph;
}

/// One activation function; `alpha` and `beta` as saved models have them.
Graph activated(ActivationFunction function) {
  Graph graph;
  parameters::Activation table;
  table.function = function;
  table.alpha = 0.2f, table.beta = 0.5f;
  const bool positive = function == ActivationFunction::log || function == ActivationFunction::sqrt;
  const ValueId x = row(graph), z = positive ? graph.add(parameters::Softmax{}, {x}, "soft")
                                             : add_affine(graph, x, {0}, {4}, {0}, "wide");
  graph.add_output("y", graph.add(std::move(table), {z}, "y"));
  return graph;
}

TEST_SUITE("self-check") {
  TEST_CASE("of every operator, what is right passes and what is a little wrong is refused") {
    // No layers; what those that move become; what the planner makes of others; below.
    std::set<Operator> seen{Operator::reshape, Operator::cast, Operator::move, Operator::rows, Operator::activation};
    for (const Case& one : kCases) {
      const std::size_t number = static_cast<std::size_t>(&one - kCases);
      CAPTURE(number);
      const std::string name = definition_of(one.op).name;
      CAPTURE(name);
      const Graph right = build(one, false);
      const SelfCheck result = check(right, right);
      CHECK(result.of_bound <= 1);
      CHECK_THROWS_AS(check(right, build(one, true)), Refusal);
      seen.insert(one.op);
    }
    seen.insert(Operator::map);  // by those above that become programs
    seen.insert(Operator::packed_trees);  // which tests/trees compares with the trees that they are made of
    for (const nacre::test::DescribedLayer& layer : nacre::test::described_layers()) {
      if (seen.count(layer.model.op) != 0 || !is_float32(layer.model)) continue;
      CAPTURE(layer.kernel);
      const Graph right = build_described(layer.model, false);
      CHECK(check(right, right).of_bound <= 1);
      CHECK_THROWS_AS(check(right, build_described(layer.model, true)), Refusal);
      seen.insert(layer.model.op);
    }
#define NACRE_OPERATOR(word, Struct) CHECK_MESSAGE(seen.count(Operator::word) == 1, #word);
    NACRE_OPERATORS(NACRE_OPERATOR)
#undef NACRE_OPERATOR
  }

  TEST_CASE("a row for which the library raises, since it has no label for it, is passed over; others are compared") {
    const auto labelled = [](std::vector<std::int64_t> labels) {
      Graph graph;
      const ValueId index = graph.add(parameters::ArgMax{}, {row(graph)}, "largest");
      const Dimensions shape{static_cast<std::int64_t>(labels.size())};
      const ValueId known = graph.add_constant(Array::of(ElementType::int64, shape, labels), DataType::int64);
      graph.add_output("y", graph.add(parameters::LabelDecode{}, {index, known}, "label"));
      return graph;
    };
    CHECK_NOTHROW(check(labelled({7, 8, 9}), labelled({7, 8, 9})));
    CHECK_THROWS_AS(check(labelled({7, 8, 9}), labelled({7, 9, 8})), Refusal);
    CHECK_THROWS_AS(check(labelled({7, 8, 9, 10, 11, 12}), labelled({7, 8})), Refusal);
  }

  TEST_CASE("a model that refuses every row which is tried is refused itself: nothing was compared") {
    Graph graph;
    graph.add_output("largest", graph.add(parameters::ArgMax{}, {row(graph)}, "largest"));
    const Array labels = Array::of(ElementType::int64, {2}, std::vector<int>{7, 8});
    const ValueId known = graph.add_constant(labels, DataType::int64);
    graph.add_output("y", graph.add(parameters::LabelDecode{}, {integers(graph, {1}, {5}), known}, "label"));
    CHECK_THROWS_WITH_AS(judge(graph), doctest::Contains("index_out_of_range"), RowRefused);
  }

  TEST_CASE("every activation function passes for itself and is refused for every other") {
    constexpr int kLast = static_cast<int>(ActivationFunction::square);
    for (int f = 0; f <= kLast; ++f) {
      CAPTURE(f);
      const Graph right = activated(static_cast<ActivationFunction>(f));
      CHECK(check(right, right).of_bound <= 1);
      for (int g = 0; g <= kLast; ++g) {
        CAPTURE(g);
        Graph wrong = right;
        wrong.nodes.back().as<parameters::Activation>().function = static_cast<ActivationFunction>(g);
        if (g != f) CHECK_THROWS_AS(check(right, wrong), Refusal);
      }
    }
  }

  TEST_CASE("a perturbed weight is found behind twelve layers, with the error that was allowed") {
    const auto network = [](bool wrong) {
      Random random(2);
      Graph graph;
      ValueId x = row(graph, 16);
      for (int layer = 0; layer < 12; ++layer) {
        const ValueId w = random_constant(graph, random, {16, 16});
        std::vector<double> numbers = graph.values[w].constant->to<double>();
        for (double& number : numbers) number *= 0.4;
        if (wrong && layer == 0) numbers[17] *= 1.01;
        x = graph.add(parameters::FullyConnected{},
                      {x, graph.add_constant({16, 16}, numbers), random_constant(graph, random, {16})}, "");
        parameters::Activation tanh;
        tanh.function = layer % 2 == 0 ? ActivationFunction::relu : ActivationFunction::tanh;
        x = graph.add(std::move(tanh), {x}, "");
      }
      graph.add_output("y", x);
      return graph;
    };
    const SelfCheck result = check(network(false), network(false));
    CHECK(result.largest_error > 0);
    CHECK(result.largest_error <= result.bound);
    CHECK(result.bound < 1e-3);
    CHECK(result.of_bound <= 1);
    CHECK_THROWS_AS(check(network(false), network(true)), Refusal);
  }

  TEST_CASE("where the terms of one layer cancel, it is refused by name, with the digits that this costs") {
    Graph graph;
    const ValueId hidden = add_fully_connected(graph, row(graph, 2), {1e8, -99999999}, {0}, "difference");
    graph.add_output("y", add_affine(graph, hidden, {0}, {2}, {1e-3}, "after"));
    CHECK_THROWS_WITH_AS(judge(graph, {{0.1f, 0.1f}, {0.7f, 0.7f}}),
                         doctest::Contains("layer difference: the terms that it adds up are"), Refusal);
    CHECK_THROWS_WITH_AS(judge(graph, {{0.1f, 0.1f}, {0.7f, 0.7f}}),
                         doctest::Contains("costs 8 digits where float32 has 7"), Refusal);
    CHECK_NOTHROW(judge(graph));  // no cancellation where the two differ
  }

  TEST_CASE("bounds of one layer that cancels are refused even where the device happens to be right") {
    Graph graph;
    graph.add_output("y", add_fully_connected(graph, row(graph, 2), {0x1p20, -0x1p20}, {0.75}, "difference"));
    CHECK_THROWS_WITH_AS(judge(graph, {{1, 1}, {0.5, 0.5}, {0.25, 0.25}}), doctest::Contains("layer difference"),
                         Refusal);
  }

  TEST_CASE("a bound that is large for another reason is counted, not refused") {
    Graph graph;
    const ValueId x = add_fully_connected(graph, row(graph, 1), {1}, {0}, "one");
    graph.add_output("y", activate(graph, x, ActivationFunction::relu, 0.25f));  // jumps there from 0
    const SelfCheck result = judge(graph, {{0.25}, {0.5}});
    CHECK(result.undecided == 1);
    CHECK(result.of_largest < 1e-6);
  }

  TEST_CASE("answers below the normal numbers of float32 are no measure") {
    Graph graph;
    graph.add_output("y", add_affine(graph, add_affine(graph, row(graph, 1), {0}, {1e-30}, {0}, "small"), {0}, {1e-25},
                                     {0}, "smaller"));
    graph.sources.push_back({"", "", "scikit-learn", ""});
    CHECK_NOTHROW(judge(graph));
  }

  TEST_CASE("NaN is as good as NaN and proves nothing, but no number is") {
    Graph graph, other;
    graph.add_output("y", activate(graph, row(graph, 1), ActivationFunction::sqrt));
    other.add_output("y", activate(other, activate(other, row(other, 1), ActivationFunction::abs),
                                   ActivationFunction::sqrt));
    const std::vector<std::vector<double>> rows{{4}, {-4}};
    CHECK(judge(graph, rows).undecided > 0);
    CHECK_THROWS_WITH_AS(check(graph, other, rows), doctest::Contains("where the saved model gives NaN"), Refusal);
    CHECK_THROWS_WITH_AS(check(other, graph, rows), doctest::Contains("it would be NaN where the saved model gives"),
                         Refusal);
  }

  TEST_CASE("numbers that are too large on the way for float32 are refused") {
    Graph graph;
    const ValueId square =
        activate(graph, add_affine(graph, row(graph, 1), {0}, {1e30}, {0}, "wide"), ActivationFunction::square);
    graph.add_output("y", add_affine(graph, square, {0}, {1e-38}, {0}, "narrow"));
    CHECK_THROWS_WITH_AS(judge(graph, {{1}}), doctest::Contains("too large for float32"), Refusal);
  }

  TEST_CASE("an answer of infinity where a class cannot be is one, and its probability is exactly 0") {
    Graph graph;
    const ValueId scores = add_fully_connected(graph, row(graph, 1), {1, 2, 3},
                                               {0, -std::numeric_limits<double>::infinity(), 0}, "scores", true);
    graph.add_output("scores", scores);
    graph.add_output("y", graph.add(parameters::Softmax{}, {scores}, "soft"));
    CHECK(judge(graph).undecided == 0);
  }

  TEST_CASE("a label differs only where float64 has a tie, if its library computes in float64") {
    CHECK_THROWS_WITH_AS(judge(nearly_tied(1e-9, "scikit-learn"), {{1}}), doctest::Contains("3 for 4"), Refusal);
    CHECK(judge(nearly_tied(1e-9, "Keras"), {{1}}).undecided > 0);
    CHECK(judge(nearly_tied(0x1p-52, "scikit-learn"), {{1}}).undecided > 0);
  }

  TEST_CASE("what a reader doubts is refused until rows of the user prove it") {
    Graph graph;
    graph.add_output("y", add_fully_connected(graph, row(graph, 1), {2}, {1}, "line"));
    graph.doubts.push_back({"line", "its coefficients cancel", "leave out columns"});
    CHECK_THROWS_WITH_AS(judge(graph),
                         doctest::Contains("layer line: its coefficients cancel; leave out columns; or give rows"),
                         Refusal);
    CHECK_NOTHROW(judge(graph, {{3}}));
  }
}

}  // namespace
}  // namespace nacre::tools::test
