#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

#include "tests/support/models.hpp"
#include "tests/tflite/changed.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tflite/importer.hpp"
#include "tools/tflite/read.hpp"

// Weights of int8 beside floats: kept, widened where the caller says so, refused where the interpreter has no answer.

namespace nacre::tools::test {
namespace hybrid_test {

Graph read(const std::string& name, bool exact_weights) {
  TfliteChoices choices;
  choices.exact_weights = exact_weights;
  return read_tflite(Buffer::map_file(fixture("dynamic_range/" + name + ".tflite")), choices);
}

/// Layers of an operator, in bodies too.
std::size_t count(const Graph& graph, Operator op) {
  std::size_t sum = 0;
  for (const Node& node : graph.nodes) sum += (node.op() == op) + (node.body != nullptr ? count(*node.body, op) : 0);
  return sum;
}

std::string refusal(const std::string& name, const std::function<void(tflite::ModelT&)>& change) {
  try {
    (void)read_tflite(changed("dynamic_range/" + name + ".tflite", change));
  } catch (const Refusal& refusal) {
    return refusal.lines().front();
  }
  return "";
}

tflite::QuantizationParametersT& of_weights(tflite::ModelT& model) {
  tflite::SubGraphT& graph = *model.subgraphs[0];
  return *graph.tensors[static_cast<std::size_t>(graph.operators[0]->inputs[1])]->quantization;
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("tflite/hybrid") {
  TEST_CASE("int8 weights stay so, and are float32 with exact weights") {
    const Graph kept = read("convolutions_2_15", false), widened = read("convolutions_2_15", true);
    CHECK(count(kept, Operator::conv_integer) == 3);
    CHECK(count(kept, Operator::matmul) == 1);
    CHECK(count(kept, Operator::quantize_rows) == 4);
    CHECK(count(kept, Operator::conv_2d) + count(kept, Operator::depthwise_conv_2d) == 0);
    CHECK(count(widened, Operator::conv_2d) == 2);
    CHECK(count(widened, Operator::depthwise_conv_2d) == 1);
    CHECK(count(widened, Operator::fully_connected) == 1);
    CHECK(count(widened, Operator::quantize_rows) == 0);
  }

  TEST_CASE("the gates of an LSTM share its quantised rows") {
    CHECK(count(read("lstm_asymmetric", false), Operator::quantize_rows) == 2);
    CHECK(count(read("lstm_projected", false), Operator::quantize_rows) == 3);
    CHECK(count(read("lstm_asymmetric", true), Operator::lstm) == 1);
  }

  TEST_CASE("each block of a dilated convolution is quantised by itself") {
    const Graph graph = read("dilated_2_15", false);
    for (const Node& node : graph.nodes)
      if (node.op() == Operator::conv_integer) CHECK(node.as<parameters::ConvInteger>().groups == 1);
    CHECK(count(graph, Operator::quantize_rows) == 1);
  }

  TEST_CASE("bytes without a sign are those of int8") {
    const auto set_unsigned = [](tflite::ModelT& model) {
      tflite::SubGraphT& graph = *model.subgraphs[0];
      graph.tensors[static_cast<std::size_t>(graph.operators[0]->inputs[1])]->type = tflite::TensorType::UINT8;
    };
    CHECK(refusal("dense_symmetric", set_unsigned) == "");
    CHECK(mentions(refusal("batch_matmul_symmetric", set_unsigned), "has weights of uint8 beside floats"));
  }

  TEST_CASE("what the interpreter has no answer for is refused, and the way out is named") {
    CHECK(mentions(refusal("dense_symmetric", [](auto& model) { of_weights(model).zero_point = {3}; }),
                   "has weights with a zero point other than 0; convert it with --exact-weights"));
    CHECK(mentions(refusal("conv_groups",
                           [](auto& model) {
                             of_weights(model).scale = {0.5f};
                             of_weights(model).zero_point = {0};
                           }),
                   "has groups and one scale for all of them"));
    CHECK(mentions(refusal("lstm_symmetric",
                           [](auto& model) {
                             of_weights(model).scale.assign(5, 0.5f);
                             of_weights(model).zero_point.assign(5, 0);
                           }),
                   "has a matrix with several scales"));
  }
}

}  // namespace hybrid_test
}  // namespace nacre::tools::test
