#include <algorithm>
#include <numeric>
#include <set>

#include "tests/support/described_layers.hpp"
#include "tests/support/self_checks.hpp"
#include "tools/common/refusal.hpp"
#include "tools/graph/moves.hpp"
#include "tools/operators/scan.hpp"
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
    {Operator::hash_text,
     [](Graph& g, Random&, bool wrong) {
       const ValueId x = g.add_input("x", {DataType::string, {1, 8}});
       g.inputs.back().samples[3].texts = {"a", "dog", "a long text that has more bytes than thirty-two"};
       return g.add(parameters::HashText{.bins = wrong ? 101 : 100}, {x}, "y");
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
    {Operator::quantize_rows,
     [](Graph& g, Random& r, bool wrong) {
       const ValueId x = g.add(parameters::Binary{}, {row(g), weights(g, r, {6}, wrong)}, "sum");
       g.add(parameters::QuantizeRows{}, {x}, "y");
       return g.nodes.back().outputs[1];
     }},
    {Operator::quantize_rows,
     [](Graph& g, Random&, bool wrong) {
       g.add(parameters::QuantizeRows{.symmetric = wrong}, {row(g)}, "y");
       return g.nodes.back().outputs[0];
     }},
    {Operator::conv_integer,
     [](Graph& g, Random&, bool wrong) {
       const ValueId x = g.add_input("x", {DataType::int8, {1, 2, 3, 2}});
       const ValueId w = integers(g, {1, 1, 2, 2}, {1, 2, wrong ? -9 : -3, 4}, DataType::int8);
       return g.add(parameters::ConvInteger{}, {x, w, integers(g, {1}, {5})}, "y");
     }},
    {Operator::matmul,
     [](Graph& g, Random&, bool wrong) {
       const ValueId w = integers(g, {6, 1}, {1, 2, wrong ? -9 : -3, 4, 5, 6}, DataType::int8);
       return g.add(parameters::MatMul{}, {bytes(g), w, integers(g, {1}, {-7})}, "y");
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
}

}  // namespace
}  // namespace nacre::tools::test
