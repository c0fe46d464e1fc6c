#include <doctest/doctest.h>

#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools::test {
namespace {

using B = tflite::BuiltinOperator;
using T = tflite::TensorType;

/// A file that computes integers beside ReLU of an input [2, 3].
struct Computation {
  Computation() {
    graph().inputs = {tensor({2, 3}, T::FLOAT32)};
    graph().outputs = {apply(B::RELU, {0}, {2, 3}, T::FLOAT32)};
  }
  tflite::SubGraphT& graph() { return *model.subgraphs[0]; }

  int tensor(std::vector<std::int32_t> shape, T type, std::uint32_t buffer = 0) {
    graph().tensors.push_back(std::make_unique<tflite::TensorT>());
    tflite::TensorT& made = *graph().tensors.back();
    made.shape = std::move(shape), made.type = type, made.buffer = buffer;
    return static_cast<int>(graph().tensors.size() - 1);
  }
  int constant(const std::vector<std::int32_t>& numbers, std::vector<std::int32_t> shape) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(numbers.data());
    model.buffers.push_back(std::make_unique<tflite::BufferT>());
    model.buffers.back()->data.assign(bytes, bytes + 4 * numbers.size());
    return tensor(std::move(shape), T::INT32, static_cast<std::uint32_t>(model.buffers.size() - 1));
  }
  int row(const std::vector<std::int32_t>& numbers) {
    return constant(numbers, {static_cast<std::int32_t>(numbers.size())});
  }
  int number(std::int32_t n) { return constant({n}, {}); }

  tflite::OperatorT& add(B code, std::vector<int> inputs, std::vector<int> outputs) {
    model.operator_codes.push_back(std::make_unique<tflite::OperatorCodeT>());
    model.operator_codes.back()->builtin_code = code;
    graph().operators.push_back(std::make_unique<tflite::OperatorT>());
    tflite::OperatorT& op = *graph().operators.back();
    op.opcode_index = static_cast<std::uint32_t>(model.operator_codes.size() - 1);
    op.inputs = std::move(inputs), op.outputs = std::move(outputs);
    return op;
  }
  int apply(B code, std::vector<int> inputs, std::vector<std::int32_t> shape, T type = T::INT32) {
    const int output = tensor(std::move(shape), type);
    add(code, std::move(inputs), {output});
    return output;
  }
  template <typename Options>
  int apply(B code, Options options, std::vector<int> inputs, std::vector<std::int32_t> shape) {
    const int output = apply(code, std::move(inputs), std::move(shape));
    graph().operators.back()->builtin_options.Set(std::move(options));
    return output;
  }

  Graph import() {
    Graph graph;
    (void)value(-1, &graph);
    return graph;
  }
  /// The numbers of a tensor that is known, and the whole graph.
  Integers value(int tensor, Graph* graph = nullptr) {
    flatbuffers::FlatBufferBuilder builder;
    tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
    const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
    const Buffer file = Buffer::from({bytes, bytes + builder.GetSize()});
    TfliteChoices choices;
    const tflite::Model& packed = *tflite::GetModel(file.data());
    TfliteImporter importer(file, packed, choose_signature(packed, choices.signatures), choices);
    Graph whole = importer.run();
    if (graph != nullptr) return *graph = std::move(whole), Integers();
    return importer.integer_constant(tensor);
  }
  std::string refusal(int tensor) {
    try {
      (void)value(tensor);
    } catch (const Refusal& refusal) {
      return refusal.what();
    }
    return "";
  }

  tflite::ModelT model = [] {
    tflite::ModelT made;
    made.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
    made.buffers.push_back(std::make_unique<tflite::BufferT>());
    return made;
  }();
};

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("tflite/operators_shape") {
  TEST_CASE("arithmetic on integers follows their signs, and one number goes with many") {
    const auto result = [](B code, std::int32_t a, std::int32_t b) {
      Computation c;
      return c.value(c.apply(code, {c.number(a), c.number(b)}, {})).at(0);
    };
    CHECK(result(B::MAXIMUM, -3, 2) == 2);
    CHECK(result(B::MINIMUM, -3, 2) == -3);
    CHECK(result(B::FLOOR_DIV, 7, 2) == 3);
    CHECK(result(B::FLOOR_DIV, -7, 2) == -4);
    CHECK(result(B::FLOOR_DIV, 7, -2) == -4);
    CHECK(result(B::FLOOR_DIV, -8, 2) == -4);
    CHECK(result(B::FLOOR_MOD, 7, 2) == 1);
    CHECK(result(B::FLOOR_MOD, -7, 2) == 1);
    CHECK(result(B::FLOOR_MOD, 7, -2) == -1);
    CHECK(result(B::FLOOR_MOD, -8, 2) == 0);
    Computation c;
    const int a = c.row({7, -7, 3});
    CHECK(c.value(c.apply(B::ADD, tflite::AddOptionsT{}, {a, a}, {3})) == Integers{14, -14, 6});
    CHECK(c.value(c.apply(B::SUB, tflite::SubOptionsT{}, {c.number(1), a}, {3})) == Integers{-6, 8, -2});
    CHECK(c.value(c.apply(B::MUL, tflite::MulOptionsT{}, {a, c.row({2})}, {3})) == Integers{14, -14, 6});
    CHECK(c.value(c.apply(B::DIV, tflite::DivOptionsT{}, {a, c.number(2)}, {3})) == Integers{3, -3, 1});
    CHECK(says(c.refusal(c.apply(B::FLOOR_MOD, {a, c.number(0)}, {3})), "divides 7 by 0"));
  }

  TEST_CASE("products beyond 64 bits are refused") {
    Computation c;
    const int large = c.row({std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::max(), 4, 3});
    CHECK(says(c.refusal(c.apply(B::REDUCE_PROD, {large, c.row({0})}, {})), "beyond 64 bits"));
  }

  TEST_CASE("all numbers of a row are reduced to one") {
    Computation c;
    const int a = c.row({4, -2, 5}), axis = c.row({0});
    CHECK(c.value(c.apply(B::REDUCE_PROD, {a, axis}, {})) == Integers{-40});
    CHECK(c.value(c.apply(B::SUM, {a, axis}, {})) == Integers{7});
    CHECK(c.value(c.apply(B::REDUCE_MAX, {a, axis}, {})) == Integers{5});
    CHECK(c.value(c.apply(B::REDUCE_MIN, {a, axis}, {})) == Integers{-2});
  }

  TEST_CASE("a shape is taken apart, filled up and put together again") {
    Computation c;
    const int shape = c.apply(B::SHAPE, {0}, {2});
    CHECK(c.value(shape) == Integers{2, 3});
    tflite::StridedSliceOptionsT second;
    second.shrink_axis_mask = 1;
    const int columns = c.apply(B::STRIDED_SLICE, second, {shape, c.row({1}), c.row({2}), c.row({1})}, {});
    CHECK(c.value(columns) == Integers{3});
    tflite::StridedSliceOptionsT all;
    all.begin_mask = all.end_mask = 1;
    CHECK(c.value(c.apply(B::STRIDED_SLICE, all, {shape, c.row({0}), c.row({0}), c.row({-1})}, {2})) == Integers{3, 2});
    CHECK(c.value(c.apply(B::SLICE, {shape, c.row({1}), c.row({-1})}, {1})) == Integers{3});
    CHECK(c.value(c.apply(B::PACK, tflite::PackOptionsT{}, {columns, c.number(7)}, {2})) == Integers{3, 7});
    CHECK(c.value(c.apply(B::CONCATENATION, tflite::ConcatenationOptionsT{}, {shape, c.row({7})}, {3})) ==
          Integers{2, 3, 7});
    CHECK(c.value(c.apply(B::GATHER, tflite::GatherOptionsT{}, {shape, c.row({1, 0, 1})}, {3})) == Integers{3, 2, 3});
    CHECK(c.value(c.apply(B::FILL, {shape, c.number(5)}, {2, 3})) == Integers(6, 5));
    CHECK(c.value(c.apply(B::ZEROS_LIKE, {shape}, {2})) == Integers{0, 0});
    CHECK(c.value(c.apply(B::RESHAPE, {shape, c.row({2, 1})}, {2, 1})) == Integers{2, 3});
    CHECK(c.value(c.apply(B::EXPAND_DIMS, {columns, c.number(0)}, {1})) == Integers{3});
    CHECK(c.value(c.apply(B::BROADCAST_ARGS, {shape, c.row({4, 1, 1})}, {3})) == Integers{4, 2, 3});
  }

  TEST_CASE("a shape is split into parts, of which one may be empty") {
    Computation c;
    const int shape = c.apply(B::SHAPE, {0}, {2}), axis = c.number(0);
    const int a = c.tensor({}, T::INT32), b = c.tensor({}, T::INT32), d = c.tensor({2}, T::INT32),
              e = c.tensor({0}, T::INT32);
    c.add(B::UNPACK, {shape}, {a, b}).builtin_options.Set(tflite::UnpackOptionsT{});
    c.add(B::SPLIT_V, {shape, c.row({2, 0}), axis}, {d, e});
    CHECK(c.value(a) == Integers{2});
    CHECK(c.value(b) == Integers{3});
    CHECK(c.value(d) == Integers{2, 3});
    CHECK(c.value(e).empty());
  }

  TEST_CASE("numbers are counted up and down, and not for ever") {
    Computation c;
    const auto range = [&](std::int32_t start, std::int32_t limit, std::int32_t step, std::int32_t size) {
      return c.apply(B::RANGE, {c.number(start), c.number(limit), c.number(step)}, {size});
    };
    CHECK(c.value(range(1, 8, 3, 3)) == Integers{1, 4, 7});
    CHECK(c.value(range(2, -1, -1, 3)) == Integers{2, 1, 0});
    CHECK(says(c.refusal(range(0, 5, 0, 1)), "counts by 0"));
    Computation far;
    CHECK(says(far.refusal(far.apply(B::RANGE, {far.number(0), far.number(1 << 30), far.number(1)}, {1})),
               "counts too far"));
  }

  TEST_CASE("integers that an axis other than the first joins are no shape") {
    Computation c;
    tflite::PackOptionsT columns;
    columns.axis = 1;
    const int packed = c.apply(B::PACK, std::move(columns), {c.row({1, 2}), c.row({3, 4})}, {2, 2});
    CHECK(says(c.refusal(packed), "is computed where a constant is needed"));
  }

  TEST_CASE("an input of integers that is cast takes the other type; one of real numbers is rounded, and stays") {
    Computation c;
    c.graph().tensors[0]->type = T::INT32;
    const int real = c.apply(B::CAST, {0}, {2, 3}, T::FLOAT32);
    c.graph().operators.clear();
    c.add(B::CAST, {0}, {real});
    c.graph().outputs = {c.apply(B::RELU, {real}, {2, 3}, T::FLOAT32)};
    CHECK(c.refusal(0).find("is computed where a constant is needed") != std::string::npos);  // the whole graph is read
    Computation twice;
    const int whole = twice.apply(B::CAST, {0}, {2, 3}), again = twice.apply(B::CAST, {whole}, {2, 3}, T::FLOAT32);
    twice.graph().operators.erase(twice.graph().operators.begin());
    twice.graph().outputs = {again};
    const Graph graph = twice.import();
    CHECK(graph.type(graph.inputs[0].value).type == DataType::float32);
    REQUIRE(graph.nodes.size() == 2);
    for (const Node& node : graph.nodes) CHECK(node.program.instructions.at(0).function == MapFunction::cast);
  }

  TEST_CASE("arithmetic on numbers that the caller gives is no arithmetic on shapes") {
    Computation c;
    const int indices = c.tensor({4}, T::INT32);
    c.graph().inputs.push_back(indices);
    CHECK(says(c.refusal(c.apply(B::SQRT, {indices}, {4})),
               "SQRT has no kernel for int32 elements; compute these integers outside"));
    Computation d;
    const int whole = d.tensor({4}, T::INT32);
    d.graph().inputs.push_back(whole);
    d.graph().outputs = {d.apply(B::FLOOR_DIV, {whole, d.number(2)}, {4})};
    const Graph graph = d.import();
    CHECK(graph.nodes.back().program.instructions.at(0).function == MapFunction::floor_divide);
  }
}

}  // namespace
}  // namespace nacre::tools::test
