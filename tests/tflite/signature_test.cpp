#include "tools/tflite/signature.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

using Map = std::vector<std::pair<std::string, unsigned>>;

struct Named {
  std::string key;
  Map inputs, outputs;
  unsigned graph = 0;
};

/// A file of two graphs with one operator that nothing leads to: tensors t0 to t3, of which the graph takes `inputs`
/// and gives `outputs`.
struct File {
  File(const std::vector<Named>& signatures, std::vector<int> inputs, std::vector<int> outputs) {
    tflite::ModelT model;
    for (int g = 0; g < 2; ++g) {
      auto graph = std::make_unique<tflite::SubGraphT>();
      for (int i = 0; i < 4; ++i) {
        graph->tensors.push_back(std::make_unique<tflite::TensorT>());
        graph->tensors.back()->name = "t" + std::to_string(i);
      }
      graph->name = "graph_" + std::to_string(g), graph->inputs = inputs, graph->outputs = outputs;
      graph->operators.push_back(std::make_unique<tflite::OperatorT>());
      model.subgraphs.push_back(std::move(graph));
    }
    model.buffers.push_back(std::make_unique<tflite::BufferT>());
    model.operator_codes.push_back(std::make_unique<tflite::OperatorCodeT>());
    for (const Named& one : signatures) {
      auto signature = std::make_unique<tflite::SignatureDefT>();
      signature->signature_key = one.key, signature->subgraph_index = one.graph;
      for (const auto& [from, to] :
           {std::pair{&one.inputs, &signature->inputs}, std::pair{&one.outputs, &signature->outputs}})
        for (const auto& [name, tensor] : *from) {
          to->push_back(std::make_unique<tflite::TensorMapT>());
          to->back()->name = name, to->back()->tensor_index = tensor;
        }
      model.signature_defs.push_back(std::move(signature));
    }
    tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  }
  TfliteSignature choose(std::deque<std::string>& wanted) const {
    return choose_signature(*tflite::GetModel(builder.GetBufferPointer()), wanted);
  }
  TfliteSignature choose() const {
    std::deque<std::string> none;
    return choose(none);
  }

  flatbuffers::FlatBufferBuilder builder;
};

std::string text(const std::vector<TflitePort>& ports) {
  std::string result;
  for (const TflitePort& port : ports)
    result += (result.empty() ? "" : ", ") + port.name + "=" + std::to_string(port.tensor) +
              (port.alias.empty() ? "" : "(" + port.alias + ")");
  return result;
}

TEST_SUITE("tflite/signature") {
  TEST_CASE("numbers in names are compared as numbers, and everything else as text") {
    std::vector<std::string> names{"output_10",  "output_2", "output_1", "output", "a",
                                   "output_2_b", "Z",        "9",        "10",     ""};
    std::sort(names.begin(), names.end(), comes_before);
    CHECK(names == std::vector<std::string>{"", "9", "10", "Z", "a", "output", "output_1", "output_2", "output_2_b",
                                            "output_10"});
    CHECK(!comes_before("x_01", "x_1"));
    CHECK(!comes_before("x_1", "x_01"));
    CHECK(comes_before("x_1", "x_01b"));
    CHECK(comes_before("args_0", "args_0_1"));
  }

  TEST_CASE("inputs and outputs come in the order of the signature's names, and keep the tensor's name as an alias") {
    const File file({{"serve", {{"b", 3}, {"a", 1}}, {{"output_10", 0}, {"output_2", 2}, {"t3", 3}}}}, {1, 3},
                    {3, 2, 0});
    const TfliteSignature signature = file.choose();
    CHECK(text(signature.inputs) == "a=1(t1), b=3(t3)");
    CHECK(text(signature.outputs) == "output_2=2(t2), output_10=0(t0), t3=3");
  }

  TEST_CASE("what the signature leaves out comes last, under the tensor's name") {
    const File file({{"serve", {{"b", 3}}, {{"y", 0}}}}, {1, 3}, {2, 0});
    CHECK(text(file.choose().inputs) == "b=3(t3), t1=1");
    CHECK(text(file.choose().outputs) == "y=0(t0), t2=2");
  }

  TEST_CASE("a file without signatures has the order and the names of its first graph") {
    const File file({}, {3, 1}, {2, 0});
    CHECK(text(file.choose().inputs) == "t3=3, t1=1");
    CHECK(text(file.choose().outputs) == "t2=2, t0=0");
    CHECK(file.choose().graph->name()->str() == "graph_0");
  }

  TEST_CASE("of several signatures one must be named, which is used up") {
    const File file({{"encode", {{"x", 1}}, {{"code", 0}}, 1}, {"decode", {{"x", 1}}, {{"signal", 0}}, 0}}, {1}, {0});
    CHECK_THROWS_WITH_AS(
        file.choose(),
        doctest::Contains(
            "has 2 signatures, each a model of its own: encode, decode; choose with --signature among: encode, decode"),
        Refusal);
    std::deque<std::string> wanted{"decode", "encode"};
    CHECK(text(file.choose(wanted).outputs) == "signal=0(t0)");
    const TfliteSignature second = file.choose(wanted);
    CHECK(text(second.outputs) == "code=0(t0)");
    CHECK(second.graph->name()->str() == "graph_1");
    CHECK(wanted.empty());
    wanted = {"train"};
    CHECK_THROWS_WITH_AS(file.choose(wanted), doctest::Contains("has no signature train"), Refusal);
  }

  TEST_CASE("a name that the only signature has not is left for the next file") {
    const File file({{"serve", {{"x", 1}}, {{"y", 0}}}}, {1}, {0});
    std::deque<std::string> wanted{"other"};
    CHECK(text(file.choose(wanted).outputs) == "y=0(t0)");
    CHECK(wanted.size() == 1);
    wanted = {"serve"};
    (void)file.choose(wanted);
    CHECK(wanted.empty());
  }

  TEST_CASE("a signature that points behind the operator at an edge means what is at the edge") {
    File file({{"serve", {{"x", 0}, {"z", 3}}, {{"y", 2}}}}, {1, 3}, {0});
    const auto edge = [](int from, int to) {
      auto op = std::make_unique<tflite::OperatorT>();
      op->inputs = {from}, op->outputs = {to};
      return op;
    };
    tflite::ModelT model;
    tflite::GetModel(file.builder.GetBufferPointer())->UnPackTo(&model);
    model.subgraphs[0]->operators.push_back(edge(1, 0));
    model.subgraphs[0]->operators.push_back(edge(2, 0));
    file.builder.Clear();
    tflite::FinishModelBuffer(file.builder, tflite::Model::Pack(file.builder, &model));
    CHECK(text(file.choose().inputs) == "x=1(t1), z=3(t3)");
    CHECK(text(file.choose().outputs) == "y=0(t0)");
  }

  TEST_CASE("a name that the signature gives to a tensor inside the graph is not used") {
    CHECK(text(File({{"serve", {{"x", 2}}, {{"y", 0}}}}, {1}, {0}).choose().inputs) == "t1=1");
  }

  TEST_CASE("a signature of no graph is refused") {
    CHECK_THROWS_WITH_AS(File({{"serve", {{"x", 1}}, {{"y", 0}}, 2}}, {1}, {0}).choose(),
                         doctest::Contains("graph 2, which does not exist"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
