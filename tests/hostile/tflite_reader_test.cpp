#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "tests/hostile/reader_support.hpp"
#include "tests/support/random.hpp"
#include "tools/tflite/read.hpp"
#include "tools/tflite/tflite_generated.h"

// TensorFlow Lite files that are well-formed FlatBuffers and mean the impossible.

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

constexpr const char* kTfliteModels[] = {"small_float.tflite",   "small_float16.tflite", "small_int8.tflite",
                                         "residual_int8.tflite", "leaky_int8.tflite",    "prelu_float.tflite"};

/// A fixture as an object that can be changed and packed again.
struct Forged {
  explicit Forged(const char* name) : file(Buffer::map_file(fixture(name))), model(tflite::UnPackModel(file.data())) {}
  tflite::SubGraphT& graph() { return *model->subgraphs[0]; }
  tflite::TensorT& input() { return *graph().tensors[static_cast<std::size_t>(graph().inputs[0])]; }
  std::string bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, model.get()));
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
  }
  std::string said() const {
    const std::string packed = bytes();
    return refusal_of([&] { (void)read_tflite(file_of(packed)); });
  }

  Buffer file;
  std::unique_ptr<tflite::ModelT> model;
};

/// Refused, and not as a defect of the converter.
bool is_refusal(const std::string& said) { return !said.empty() && said != "left a file behind"; }

TEST_SUITE("hostile TensorFlow Lite files") {
  TEST_CASE("C10: every fixture packed again is read as before") {
    for (const char* name : kTfliteModels) CHECK(Forged(name).said().empty());
  }

  TEST_CASE("C10: a file without identifier, of eight bytes, or empty, is refused") {
    const std::string whole = text_of(Buffer::map_file(fixture("small_float.tflite")));
    CHECK(is_refusal(conversion_refusal("\x18\x00\x00\x00TFL3"s)));
    CHECK(is_refusal(conversion_refusal("")));
    std::string nameless = whole;
    nameless.replace(4, 4, "\0\0\0\0"s);
    CHECK(is_refusal(conversion_refusal(nameless)));
    for (std::size_t size = 0; size < whole.size(); size += size < 64 ? 1 : 37)
      CHECK(is_refusal(refusal_of([&] { (void)read_tflite(file_of(whole.substr(0, size))); })));
  }

  TEST_CASE("C10: a tensor without elements is refused wherever one of its dimensions is 0") {
    for (const char* name : kTfliteModels) {
      const std::size_t tensors = Forged(name).graph().tensors.size();
      for (std::size_t tensor = 0; tensor < tensors; ++tensor)
        for (std::size_t axis = 0; axis < Forged(name).graph().tensors[tensor]->shape.size(); ++axis) {
          CAPTURE(name);
          CAPTURE(tensor);
          Forged forged(name);
          forged.graph().tensors[tensor]->shape[axis] = 0;
          const std::string said = forged.said();
          CHECK(said.find("defect") == std::string::npos);
          if (!forged.model->buffers[forged.graph().tensors[tensor]->buffer]->data.empty()) CHECK(is_refusal(said));
        }
    }
  }

  TEST_CASE("C10: weights of an LSTM that the file does not hold are refused before they get memory") {
    for (const char* name : {"lstm_float.tflite", "lstm_int8.tflite"}) {
      const std::size_t tensors = Forged(name).graph().tensors.size();
      for (std::size_t tensor = 0; tensor < tensors; ++tensor) {
        CAPTURE(name);
        CAPTURE(tensor);
        Forged forged(name);
        tflite::TensorT& weights = *forged.graph().tensors[tensor];
        if (weights.shape.size() != 2 || forged.model->buffers[weights.buffer]->data.empty()) continue;
        weights.shape = {1 << 15, 1 << 15};
        CHECK(is_refusal(forged.said()));
      }
    }
  }

  TEST_CASE("C10: an index of a tensor, a buffer or an operator that does not exist is refused") {
    for (const char* name : kTfliteModels) {
      CAPTURE(name);
      const std::size_t operators = Forged(name).graph().operators.size(),
                        tensors = Forged(name).graph().tensors.size();
      for (const std::int32_t index :
           {-2, -1, static_cast<std::int32_t>(tensors), std::numeric_limits<std::int32_t>::max(),
            std::numeric_limits<std::int32_t>::min()}) {
        CAPTURE(index);
        for (std::size_t op = 0; op < operators; ++op) {
          Forged input(name), output(name);
          input.graph().operators[op]->inputs[0] = index;
          CHECK(is_refusal(input.said()));
          output.graph().operators[op]->outputs[0] = index;
          CHECK(is_refusal(output.said()));
        }
        Forged input(name), output(name);
        input.graph().inputs[0] = index;
        CHECK(is_refusal(input.said()));
        output.graph().outputs[0] = index;
        CHECK(is_refusal(output.said()));
      }
      for (const std::uint32_t index : {0xffffffffu, 0x7fffffffu, 1000u}) {
        Forged code(name), buffer(name);
        code.graph().operators[0]->opcode_index = index;
        CHECK(is_refusal(code.said()));
        for (auto& tensor : buffer.graph().tensors) tensor->buffer = index;
        CHECK(is_refusal(buffer.said()));
      }
    }
  }

  TEST_CASE("C10: lists of inputs and outputs that are empty or absent are refused") {
    for (const char* name : kTfliteModels)
      for (std::size_t op = 0; op < Forged(name).graph().operators.size(); ++op) {
        Forged inputs(name), outputs(name), options(name);
        inputs.graph().operators[op]->inputs.clear();
        CHECK(is_refusal(inputs.said()));
        outputs.graph().operators[op]->outputs.clear();
        CHECK(is_refusal(outputs.said()));
        options.graph().operators[op]->builtin_options.Reset();
        (void)options.said();
      }
  }

  TEST_CASE("C10: a graph without outputs is refused") {
    Forged absent("small_float.tflite");
    absent.graph().outputs.clear();
    CHECK(is_refusal(absent.said()));
    std::string empty = text_of(Buffer::map_file(fixture("small_float.tflite")));
    const std::uint8_t* const outputs = tflite::GetModel(empty.data())->subgraphs()->Get(0)->outputs()->Data();
    empty[static_cast<std::size_t>(outputs - reinterpret_cast<const std::uint8_t*>(empty.data())) -
          sizeof(flatbuffers::uoffset_t)] = 0;
    CHECK(conversion_refusal(empty).find("the graph has no outputs") != std::string::npos);
  }

  TEST_CASE("C10: custom operators and operators of TensorFlow are refused by their names") {
    Forged custom("small_float.tflite");
    custom.model->operator_codes[0]->builtin_code = tflite::BuiltinOperator::CUSTOM;
    custom.model->operator_codes[0]->deprecated_builtin_code =
        static_cast<std::int8_t>(tflite::BuiltinOperator::CUSTOM);
    custom.model->operator_codes[0]->custom_code = "RunThis";
    CHECK(custom.said().find("custom operator RunThis") != std::string::npos);
    custom.model->operator_codes[0]->custom_code = "FlexReadFile";
    CHECK(custom.said().find("FlexReadFile") != std::string::npos);
    for (const int code : {-1, 126, 5000, std::numeric_limits<std::int32_t>::max()}) {
      Forged unknown("small_float.tflite");
      unknown.model->operator_codes[0]->builtin_code = static_cast<tflite::BuiltinOperator>(code);
      unknown.model->operator_codes[0]->deprecated_builtin_code = 127;
      CHECK(is_refusal(unknown.said()));
    }
  }

  TEST_CASE("C10: dimensions that are zero, negative, too many, or too large together are refused") {
    for (const char* name : kTfliteModels)
      for (const std::vector<std::int32_t>& shape :
           std::vector<std::vector<std::int32_t>>{{0},
                                                  {-1},
                                                  {std::numeric_limits<std::int32_t>::min()},
                                                  {1 << 30, 1 << 30, 1 << 30},
                                                  {65536, 65536},
                                                  {1, 1, 1, 1, 1, 1, 1, 1, 1},
                                                  {1 << 28}})
        for (std::size_t tensor = 0; tensor < Forged(name).graph().tensors.size(); ++tensor) {
          CAPTURE(name);
          CAPTURE(tensor);
          Forged forged(name);
          forged.graph().tensors[tensor]->shape = shape;
          (void)forged.said();
          Forged input(name);
          input.input().shape = shape;
          CHECK(is_refusal(input.said()));
        }
  }

  TEST_CASE("C10: zero points that the type does not have, and scales for no axis, are refused") {
    for (const char* name : {"small_int8.tflite", "residual_int8.tflite", "leaky_int8.tflite"}) {
      const std::size_t tensors = Forged(name).graph().tensors.size();
      for (std::size_t i = 0; i < tensors; ++i) {
        Forged whole(name);
        const auto* q = whole.graph().tensors[i]->quantization.get();
        if (q == nullptr || q->scale.empty()) continue;
        CAPTURE(name);
        CAPTURE(i);
        for (const std::int64_t zero_point : {std::int64_t{-129}, std::int64_t{256}, std::int64_t{1} << 31,
                                              std::int64_t{1} << 32, std::numeric_limits<std::int64_t>::min()}) {
          Forged forged(name);
          forged.graph().tensors[i]->quantization->zero_point.assign(1, zero_point);
          CHECK(forged.said().find("has a zero point of") != std::string::npos);
        }
        for (const std::int32_t axis :
             {-1, 8, 100, std::numeric_limits<std::int32_t>::max(), std::numeric_limits<std::int32_t>::min()}) {
          Forged forged(name);
          forged.graph().tensors[i]->quantization->scale.assign(3, 0.5f);
          forged.graph().tensors[i]->quantization->quantized_dimension = axis;
          CHECK(forged.said().find("has 3 scales for axis") != std::string::npos);
        }
      }
    }
  }

  TEST_CASE("C10: a shape computed by an operator does not stand for weights of another size") {
    Forged forged("small_int8.tflite");
    // FULLY_CONNECTED of weights that SHAPE gives: one by one, the file says, but the image has four dimensions.
    auto& graph = forged.graph();
    auto weights = std::make_unique<tflite::TensorT>();
    weights->shape = {1, 1};
    weights->type = tflite::TensorType::INT8;
    weights->quantization = std::make_unique<tflite::QuantizationParametersT>();
    weights->quantization->scale = {0.5f};
    const auto index = static_cast<std::int32_t>(graph.tensors.size());
    graph.tensors.push_back(std::move(weights));
    auto shape = std::make_unique<tflite::OperatorT>();
    auto code = std::make_unique<tflite::OperatorCodeT>();
    code->builtin_code = tflite::BuiltinOperator::SHAPE;
    shape->opcode_index = static_cast<std::uint32_t>(forged.model->operator_codes.size());
    forged.model->operator_codes.push_back(std::move(code));
    shape->inputs = {graph.inputs[0]};
    shape->outputs = {index};
    graph.operators.insert(graph.operators.begin(), std::move(shape));
    CHECK(forged.said().find("numbers where the file says") != std::string::npos);
  }

  TEST_CASE("C10: numbers of operators beyond all reason are refused or harmless") {
    for (const char* name : kTfliteModels) {
      const std::size_t operators = Forged(name).graph().operators.size();
      for (std::size_t op = 0; op < operators; ++op)
        for (const std::int32_t number : {0, -1, 65535, 65536, std::numeric_limits<std::int32_t>::max(),
                                          std::numeric_limits<std::int32_t>::min()}) {
          CAPTURE(name);
          CAPTURE(op);
          CAPTURE(number);
          Forged forged(name);
          auto& options = forged.graph().operators[op]->builtin_options;
          const auto set = [&](auto* table) {
            if constexpr (requires { table->stride_h; }) table->stride_h = table->stride_w = number;
            if constexpr (requires { table->dilation_h_factor; }) table->dilation_h_factor = number;
            if constexpr (requires { table->filter_height; }) table->filter_height = number;
          };
          if (auto* pool = options.AsPool2DOptions()) set(pool);
          else if (auto* conv = options.AsConv2DOptions()) set(conv);
          else if (auto* depthwise = options.AsDepthwiseConv2DOptions()) set(depthwise);
          else continue;
          CHECK(is_refusal(forged.said()));
        }
    }
  }

  TEST_CASE("C10: a file changed at random places is converted or refused, and nothing is left behind") {
    nacre::test::Random random(11);
    unsigned converted = 0;
    for (const char* name : kTfliteModels) {
      const std::string whole = text_of(Buffer::map_file(fixture(name)));
      for (int round = 0; round < 120; ++round) {
        std::string changed = whole;
        for (std::uint32_t i = random.size(1, 4); i > 0; --i)
          changed[random.size(0, static_cast<std::uint32_t>(whole.size() - 1))] =
              static_cast<char>(random.integer(0, 255));
        CAPTURE(name);
        CAPTURE(round);
        const std::string said = conversion_refusal(changed);
        CHECK(said != "left a file behind");
        converted += said.empty();
      }
    }
    CHECK(converted > 100);
  }
}

}  // namespace
}  // namespace nacre::tools::test
