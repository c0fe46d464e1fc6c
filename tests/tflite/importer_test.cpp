#include "tools/tflite/importer.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "tests/support/int8.hpp"
#include "tests/support/models.hpp"
#include "tests/tflite/changed.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/operators/rescale.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools::test {
namespace {

/// small_float16.tflite, whose weights are float16 constants behind DEQUANTIZE, with the dimensions of
/// every dequantised tensor multiplied by `factor`.
Buffer with_dequantized_shapes(int factor) {
  const Buffer file = Buffer::map_file(fixture("small_float16.tflite"));
  std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
  tflite::Model& model = *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data());
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  for (const tflite::Operator* op : *graph.operators()) {
    const auto code = model.operator_codes()->Get(op->opcode_index())->deprecated_builtin_code();
    if (code != static_cast<int>(tflite::BuiltinOperator::DEQUANTIZE)) continue;
    const tflite::Tensor& output =
        *graph.tensors()->Get(static_cast<unsigned>(op->outputs()->Get(0)));
    auto& shape = const_cast<flatbuffers::Vector<std::int32_t>&>(*output.shape());
    for (unsigned i = 0; i < shape.size(); ++i) shape.Mutate(i, shape.Get(i) * factor);
  }
  return Buffer::from(std::move(bytes));
}

/// A fixture after `change` to the scales of each of its tensors.
template <typename Change>
Buffer with_scales(const std::string& name, Change change) {
  const Buffer file = Buffer::map_file(fixture(name));
  std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
  auto& tensors = *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data())->subgraphs()->Get(0)->tensors();
  for (const tflite::Tensor* tensor : tensors)
    if (const auto* q = tensor->quantization(); q != nullptr && q->scale() != nullptr)
      change(const_cast<flatbuffers::Vector<float>&>(*q->scale()));
  return Buffer::from(std::move(bytes));
}

/// A fixture in which field `field` of every operator with options of type Options is another number.
template <typename Options>
Buffer with_option(const std::string& name, flatbuffers::voffset_t field, float number) {
  const Buffer file = Buffer::map_file(fixture(name));
  std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
  for (const tflite::Operator* op :
       *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data())->subgraphs()->Get(0)->operators())
    if (const auto* options = op->builtin_options_as<Options>())
      REQUIRE(reinterpret_cast<flatbuffers::Table*>(const_cast<Options*>(options))->SetField(field, number, 0.0f));
  return Buffer::from(std::move(bytes));
}

/// The first operator of a fixture, an LSTM, alone, after `change` to the tensors, the operator and its options,
/// under another code where there is one.
template <typename Change>
Buffer with_lstm(Change change, tflite::BuiltinOperator code = tflite::BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM,
                 const std::string& name = "lstm_clipped.tflite") {
  const Buffer file = Buffer::map_file(fixture(name));
  tflite::ModelT model;
  tflite::GetModel(file.data())->UnPackTo(&model);
  tflite::SubGraphT& graph = *model.subgraphs[0];
  tflite::OperatorT& op = *graph.operators[0];
  graph.operators.resize(1), graph.outputs = op.outputs;
  model.operator_codes[op.opcode_index]->builtin_code = code;
  model.operator_codes[op.opcode_index]->deprecated_builtin_code = static_cast<std::int8_t>(code);
  change(graph.tensors, op, *op.builtin_options.AsUnidirectionalSequenceLSTMOptions());
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return Buffer::from({bytes, bytes + builder.GetSize()});
}

/// dense_sequence.tflite after `change` to the integers of every constant that a GATHER takes as places.
template <typename Change>
Buffer with_places(Change change) {
  const Buffer file = Buffer::map_file(fixture("dense_sequence.tflite"));
  std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
  tflite::Model& model = *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data());
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  for (const tflite::Operator* op : *graph.operators()) {
    if (code_of(*model.operator_codes()->Get(op->opcode_index())) != tflite::BuiltinOperator::GATHER) continue;
    const auto* data =
        model.buffers()->Get(graph.tensors()->Get(static_cast<unsigned>(op->inputs()->Get(1)))->buffer())->data();
    for (unsigned i = 0; i + 4 <= data->size(); i += 4) {
      std::int32_t place;
      std::memcpy(&place, data->Data() + i, sizeof place);
      place = change(place);
      std::memcpy(const_cast<std::uint8_t*>(data->Data()) + i, &place, sizeof place);
    }
  }
  return Buffer::from(std::move(bytes));
}

using Tensors = std::vector<std::unique_ptr<tflite::TensorT>>;
using LstmOptions = tflite::UnidirectionalSequenceLSTMOptionsT;

/// The same of lstm_int8.tflite.
template <typename Change>
Buffer with_quantized_lstm(Change change) {
  return with_lstm(change, tflite::BuiltinOperator::UNIDIRECTIONAL_SEQUENCE_LSTM, "lstm_int8.tflite");
}

/// What reading a file is refused with; empty where it is not.
std::string refusal_of(const Buffer& file) {
  try {
    (void)read_tflite(file);
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
  return "";
}
bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What a graph of one input and one output gives for a fixed row.
std::vector<double> answer(const Graph& graph) {
  const TensorType type = graph.type(graph.inputs[0].value);
  std::vector<double> x(static_cast<std::size_t>(type.size()));
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
  if (type.type == DataType::int8)
    for (double& value : x) value = std::round(127 * value);
  return evaluate(graph, {{type, x, {}}}).at(graph.outputs[0].value).values;
}

/// The table that the first LEAKY_RELU of leaky_int8.tflite becomes with another slope, and the quantisation around it.
std::vector<std::int64_t> leaky_table(float alpha, Quantization* x, Quantization* y) {
  const Graph graph = read_tflite(
      with_option<tflite::LeakyReluOptions>("leaky_int8.tflite", tflite::LeakyReluOptions::VT_ALPHA, alpha));
  for (const Node& node : graph.nodes) {
    if (node.op() != Operator::lookup_table) continue;
    *x = graph.values[node.inputs[0]].quantization, *y = graph.values[node.outputs[0]].quantization;
    return graph.values[node.inputs[1]].constant->to<std::int64_t>();
  }
  return {};
}

TEST_SUITE("tflite/importer") {
  TEST_CASE("both sides of an int8 leaky ReLU are rescaled in integers, whatever the sign of the slope") {
    for (const float alpha : {0.3f, -0.3f, -1.7f}) {
      CAPTURE(alpha);
      Quantization x, y;
      const std::vector<std::int64_t> table = leaky_table(alpha, &x, &y);
      REQUIRE(table.size() == 256);
      std::int32_t multiplier = 0, shift = 0;
      quantize_multiplier(std::abs(x.scale[0] * alpha / y.scale[0]), &multiplier, &shift);
      for (int below = -128 - x.zero_point[0]; below < 0; ++below) {
        CAPTURE(below);
        CHECK(table[static_cast<std::size_t>(below + x.zero_point[0] + 128)] ==
              nacre::test::rescaled_int8(below, alpha < 0 ? -multiplier : multiplier, shift, y.zero_point[0]));
      }
    }
  }

  TEST_CASE("an LSTM has the clip of its cell, where there is one") {
    const auto clip = [](float stated) {
      const Graph graph = read_tflite(
          with_lstm([=](Tensors&, tflite::OperatorT&, LstmOptions& options) { options.cell_clip = stated; }));
      return graph.nodes.at(0).as<parameters::LSTM>().cell_clip;
    };
    CHECK(clip(10) == 10);
    CHECK(clip(0) == std::numeric_limits<float>::infinity());
  }

  TEST_CASE("an LSTM whose steps come before its rows gives the same") {
    const Graph rows_first = read_tflite(Buffer::map_file(fixture("lstm_clipped.tflite")));
    const Graph steps_first = read_tflite(with_lstm([](Tensors& tensors, tflite::OperatorT&, LstmOptions& options) {
      options.time_major = true;
      for (auto& tensor : tensors)
        if (tensor->shape.size() == 3) std::swap(tensor->shape[0], tensor->shape[1]);
    }));
    CHECK(steps_first.shape(steps_first.outputs[0].value) == Dimensions{40, 1, 2});
    CHECK(answer(steps_first) == answer(rows_first));
  }

  TEST_CASE("a loop that says nothing of its body is refused") {
    const Buffer loop = with_lstm([](Tensors&, tflite::OperatorT&, LstmOptions&) {}, tflite::BuiltinOperator::WHILE);
    CHECK_THROWS_WITH_AS(read_tflite(loop), doctest::Contains("lacks its options"), Refusal);
  }

  TEST_CASE("an LSTM that is more than the runtime's is refused, with what it has") {
    const auto refusal = [](auto change) { return refusal_of(with_lstm(change)); };
    using F = tflite::ActivationFunctionType;
    CHECK(refusal([](Tensors&, tflite::OperatorT&, LstmOptions&) {}).empty());
    CHECK(has(refusal([](Tensors&, tflite::OperatorT&, LstmOptions& options) {
                options.fused_activation_function = F::RELU;
              }),
              "another activation than tanh"));
    CHECK(
        has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[9] = op.inputs[12]; }), "peepholes"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[20] = op.inputs[12]; }),
              "normalised gates"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[2] = -1; }), "lacks input 2"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[18] = op.inputs[12]; }),
              "a state that the model gives"));
    CHECK(has(refusal([](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                tensors[static_cast<std::size_t>(op.inputs[19])]->is_variable = false;
              }),
              "a state that the model gives"));
  }

  TEST_CASE("an LSTM in integers has its cell's format and clip, and the zero point of its hidden state") {
    const auto table = [](auto change) {
      const Graph graph = read_tflite(with_quantized_lstm(change));
      return graph.nodes.at(0).as<parameters::QuantizedLSTM>();
    };
    const auto cell = [](Tensors& tensors, tflite::OperatorT& op) -> float& {
      return tensors[static_cast<std::size_t>(op.inputs[19])]->quantization->scale[0];
    };
    const parameters::QuantizedLSTM stated = table([](Tensors&, tflite::OperatorT&, LstmOptions&) {});
    CHECK(stated.cell_clip == 32767);  // 10, of a cell below 1
    CHECK(stated.cell_integer_bits == 0);
    CHECK(table([](Tensors&, tflite::OperatorT&, LstmOptions& options) { options.cell_clip = 0; }).cell_clip == 0);
    const parameters::QuantizedLSTM wide = table([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions& options) {
      cell(tensors, op) = 1.0f / 2048, options.cell_clip = 2.5f;
    });
    CHECK(wide.cell_integer_bits == 4);
    CHECK(wide.cell_clip == 5120);
    const Graph graph = read_tflite(Buffer::map_file(fixture("lstm_int8.tflite")));
    CHECK(stated.output_zero_point == graph.values[graph.nodes.at(0).outputs[0]].quantization.zero_point.at(0));
    CHECK(stated.initial_hidden == stated.output_zero_point);
    const parameters::QuantizedLSTM other = table([](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
      ++tensors[static_cast<std::size_t>(op.inputs[18])]->quantization->zero_point[0];
    });
    CHECK(other.initial_hidden == stated.output_zero_point + 1);
    CHECK(other.output_zero_point == stated.output_zero_point);
  }

  TEST_CASE("an LSTM in integers whose steps come before its rows gives the same") {
    const Graph rows_first = read_tflite(with_quantized_lstm([](Tensors&, tflite::OperatorT&, LstmOptions&) {}));
    const Graph steps_first =
        read_tflite(with_quantized_lstm([](Tensors& tensors, tflite::OperatorT& op, LstmOptions& options) {
          options.time_major = true;
          for (const int index : {op.inputs[0], op.outputs[0]})
            std::swap(tensors[static_cast<std::size_t>(index)]->shape[0],
                      tensors[static_cast<std::size_t>(index)]->shape[1]);
        }));
    CHECK(steps_first.shape(steps_first.outputs[0].value) == Dimensions{8, 1, 6});
    CHECK(answer(steps_first) == answer(rows_first));
  }

  TEST_CASE("an LSTM in integers that is more than the runtime's, or lacks a number, is refused with what it is") {
    const auto refusal = [](auto change) { return refusal_of(with_quantized_lstm(change)); };
    const auto at = [](Tensors& tensors, int index) -> tflite::TensorT& {
      return *tensors[static_cast<std::size_t>(index)];
    };
    CHECK(refusal([](Tensors&, tflite::OperatorT&, LstmOptions&) {}).empty());
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[1] = -1; }), "lacks input 1"));
    CHECK(
        has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[9] = op.inputs[12]; }), "peepholes"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[12] = -1; }), "lacks input 12"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.intermediates.pop_back(); }),
              "lacks intermediate 4"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.intermediates[4] = op.intermediates[0]; }),
              "lacks quantisation parameters"));
    CHECK(
        has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.intermediates[4] = 1000; }), "tensor 1000"));
    CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                at(tensors, op.inputs[19]).type = tflite::TensorType::INT8;
              }),
              "another type than int16"));
    for (const float scale : {1e-4f, 1.0f / 65536, 1.0f / 256})
      CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                  at(tensors, op.inputs[19]).quantization->scale[0] = scale;
                }),
                "no power of two"));
    CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                at(tensors, op.inputs[2]).quantization->scale.clear();
              }),
              "lacks quantisation parameters"));
    CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                at(tensors, op.inputs[2]).type = tflite::TensorType::UINT8;
              }),
              "different sizes"));
    CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                at(tensors, op.inputs[1]).type = tflite::TensorType::UINT8;
              }),
              "no int8 matrix"));
    CHECK(has(refusal([&](Tensors& tensors, tflite::OperatorT& op, LstmOptions&) {
                std::swap(at(tensors, op.inputs[1]).shape[0], at(tensors, op.inputs[1]).shape[1]);
              }),
              "different sizes"));
    CHECK(has(refusal([](Tensors&, tflite::OperatorT& op, LstmOptions&) { op.inputs[13] = op.inputs[1]; }),
              "bias of another type"));
  }

  TEST_CASE("an int8 maximum that would rescale is refused, and a sum is rescaled") {
    const auto with_code = [](tflite::BuiltinOperator from, tflite::BuiltinOperator to) {
      const Buffer file = Buffer::map_file(fixture("extremes_int8.tflite"));
      std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
      tflite::Model& model = *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data());
      for (const tflite::OperatorCode* code : *model.operator_codes())
        if (code_of(*code) == from)
          const_cast<tflite::OperatorCode*>(code)->mutate_deprecated_builtin_code(static_cast<std::int8_t>(to)),
              const_cast<tflite::OperatorCode*>(code)->mutate_builtin_code(to);
      return Buffer::from(std::move(bytes));
    };
    using B = tflite::BuiltinOperator;
    CHECK(refusal_of(with_code(B::REDUCE_MAX, B::REDUCE_MIN)).empty());
    CHECK(refusal_of(with_code(B::REDUCE_MAX, B::SUM)).empty());
    int tensor = 0;
    const Buffer rescaled = with_scales("extremes_int8.tflite",
                                        [&](auto& scales) { scales.Mutate(0, 0.01f * static_cast<float>(++tensor)); });
    CHECK(has(refusal_of(rescaled), "another scale"));  // of the padding, which comes first
  }

  TEST_CASE("shapes that the file computes are computed, and places that a shape lacks are refused") {
    const auto same = [](std::int32_t place) { return place; };
    CHECK(read_tflite(with_places(same)).type(read_tflite(with_places(same)).outputs[0].value).shape ==
          Dimensions{1, 5, 3});
    for (const std::int32_t wrong : {3, -1, 1 << 30})
      CHECK_THROWS_WITH_AS(read_tflite(with_places([&](std::int32_t) { return wrong; })),
                           doctest::Contains(("gathers place " + std::to_string(wrong) + " of 3").c_str()), Refusal);
  }

  TEST_CASE("an int8 softmax of a tiny beta cuts no difference off") {
    const auto cut = [](float beta) {
      const Graph graph =
          read_tflite(with_option<tflite::SoftmaxOptions>("small_int8.tflite", tflite::SoftmaxOptions::VT_BETA, beta));
      for (const Node& node : graph.nodes)
        if (node.op() == Operator::softmax) return node.as<parameters::Softmax>().difference_minimum;
      return 0;
    };
    CHECK(cut(1.0f) > -100000);
    CHECK(cut(1e-12f) == std::numeric_limits<std::int32_t>::min() + 1);
  }

  TEST_CASE("a float16 constant has the shape of the tensor that it is dequantised to") {
    CHECK_NOTHROW(read_tflite(with_dequantized_shapes(1)));
    CHECK_THROWS_WITH_AS(read_tflite(with_dequantized_shapes(2)),
                         doctest::Contains("dequantises a constant of another shape"), Refusal);
  }

  TEST_CASE("scales that are no positive numbers, or out of proportion, are refused") {
    const auto all = [](const std::string& name, float scale) {
      return with_scales(name, [scale](auto& scales) {
        for (unsigned i = 0; i < scales.size(); ++i) scales.Mutate(i, scale);
      });
    };
    CHECK_NOTHROW(read_tflite(all("leaky_int8.tflite", 0.05f)));
    for (const float scale : {0.0f, -1.0f, std::nanf("")}) {
      CAPTURE(scale);
      CHECK_THROWS_WITH_AS(read_tflite(all("leaky_int8.tflite", scale)), doctest::Contains("has a scale of"), Refusal);
    }
    CHECK_THROWS_WITH_AS(read_tflite(all("leaky_int8.tflite", 3e38f)), doctest::Contains("a ratio of scales"), Refusal);
    CHECK_THROWS_WITH_AS(read_tflite(all("small_int8.tflite", 1e-30f)), doctest::Contains("an output scale too small"),
                         Refusal);
  }

  TEST_CASE("a constant of zeros may have a scale of 0, which the converter writes for it") {
    const auto with_weights = [](std::uint8_t byte) {
      return changed("small_int8.tflite", [byte](tflite::ModelT& model) {
        tflite::SubGraphT& graph = *model.subgraphs[0];
        for (const auto& op : graph.operators) {
          if (op->inputs.size() < 2) continue;
          tflite::TensorT& weights = *graph.tensors[static_cast<std::size_t>(op->inputs[1])];
          auto& data = model.buffers[weights.buffer]->data;
          if (weights.type != tflite::TensorType::INT8 || data.empty()) continue;
          std::ranges::fill(data, byte);
          std::ranges::fill(weights.quantization->scale, 0.0f);
          return;
        }
      });
    };
    CHECK_NOTHROW(read_tflite(with_weights(0)));
    CHECK_THROWS_WITH_AS(read_tflite(with_weights(1)), doctest::Contains("has a scale of"), Refusal);
  }

  TEST_CASE("an int8 layer without scales is refused by its name") {
    const Buffer bare = with_scales("small_int8.tflite", [](auto& scales) {
      *reinterpret_cast<flatbuffers::uoffset_t*>(const_cast<std::uint8_t*>(scales.Data()) -
                                                 sizeof(flatbuffers::uoffset_t)) = 0;
    });
    CHECK_THROWS_WITH_AS(read_tflite(bare), doctest::Contains("_0: lacks quantisation parameters"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
