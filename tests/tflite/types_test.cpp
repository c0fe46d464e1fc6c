#include <doctest/doctest.h>
#include <flatbuffers/flexbuffers.h>

#include "tests/support/models.hpp"
#include "tests/tflite/changed.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/read.hpp"
#include "tools/tflite/types.hpp"

// What TensorFlow Lite files may hold and this reader does not read: each is called by its name.

namespace nacre::tools::test {
namespace {

using T = tflite::TensorType;
using B = tflite::BuiltinOperator;

std::string said(const Buffer& file) {
  try {
    (void)read_tflite(file);
  } catch (const Refusal& refusal) {
    std::string text;
    for (const std::string& line : refusal.lines()) text += line + "\n";
    return text;
  }
  return "";
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

tflite::TensorT& weights(tflite::ModelT& model) {
  tflite::SubGraphT& graph = *model.subgraphs[0];
  return *graph.tensors[static_cast<std::size_t>(graph.operators[0]->inputs[1])];
}

void set_code(tflite::ModelT& model, std::size_t op, B code) {
  tflite::OperatorCodeT& stated = *model.operator_codes[model.subgraphs[0]->operators[op]->opcode_index];
  stated.builtin_code = code;
  stated.deprecated_builtin_code = static_cast<std::int8_t>(std::min(static_cast<int>(code), 127));
}

TEST_SUITE("tflite/types") {
  TEST_CASE("weights that are stored in another way than as numbers in a row are called by the name of that way") {
    const auto refusal = [](auto change) {
      return said(changed("small_float.tflite", [&](tflite::ModelT& model) { change(weights(model), model); }));
    };
    using Model = tflite::ModelT;
    using Tensor = tflite::TensorT;
    CHECK(refusal([](Tensor&, Model&) {}).empty());
    CHECK(mentions(refusal([](Tensor& t, Model&) { t.sparsity = std::make_unique<tflite::SparsityParametersT>(); }),
                   "is stored sparsely"));
    CHECK(mentions(refusal([](Tensor& t, Model&) { t.external_buffer = 1; }),
                   "lies in another file (an external buffer)"));
    CHECK(mentions(refusal([](Tensor& t, Model& m) { m.buffers[t.buffer]->offset = 4096; }), "a buffer offset"));
    const auto details = [&](auto table) {
      return refusal([&](Tensor& t, Model&) {
        if (t.quantization == nullptr) t.quantization = std::make_unique<tflite::QuantizationParametersT>();
        t.type = T::INT4;
        t.quantization->details.Set(std::move(table));
      });
    };
    CHECK(mentions(details(tflite::BlockwiseQuantizationT{}),
                   "INT4 of a scale for each block of elements (blockwise quantisation)"));
    CHECK(mentions(details(tflite::MultiAxisQuantizationT{}), "multi-axis quantisation"));
    CHECK(mentions(details(tflite::CustomQuantizationT{}), "a custom quantisation"));
  }

  TEST_CASE("element types that nothing computes are named, whether the reader knows them or not") {
    for (const auto& one : {std::pair{T::UINT4, "UINT4"},
                            {T::INT2, "INT2"},
                            {T::BFLOAT16, "BFLOAT16"},
                            {T::FLOAT8_E5M2, "FLOAT8_E5M2"},
                            {T::COMPLEX64, "COMPLEX64"},
                            {T::STRING, "STRING"},
                            {T::UINT64, "UINT64"},
                            {T::RESOURCE, "RESOURCE"},
                            {static_cast<T>(77), "type 77"}}) {
      const T type = one.first;  // clang 14 captures no structured bindings
      const char* const name = one.second;
      CAPTURE(name);
      const std::string text =
          said(changed("small_float.tflite", [&](tflite::ModelT& model) { weights(model).type = type; }));
      CHECK(mentions(text, std::string("has elements of ") + name));
      CHECK(!mentions(text, "damaged"));
    }
  }

  TEST_CASE("an operator without inputs or without outputs is damaged, whichever it is") {
    constexpr const char* kFile = "options_tflite/operators_float32.tflite";
    std::size_t operators = 0;
    (void)changed(kFile, [&](tflite::ModelT& model) { operators = model.subgraphs[0]->operators.size(); });
    for (std::size_t i = 0; i < operators; ++i) {
      CAPTURE(i);
      const std::string number = "_" + std::to_string(i) + ": ";
      CHECK(mentions(said(changed(kFile, [&](tflite::ModelT& m) { m.subgraphs[0]->operators[i]->inputs.clear(); })),
                     number + "has no inputs; the file is damaged"));
      CHECK(mentions(said(changed(kFile, [&](tflite::ModelT& m) { m.subgraphs[0]->operators[i]->outputs.clear(); })),
                     number + "has no outputs; the file is damaged"));
    }
  }

  TEST_CASE("an operator on elements that it has no kernel for is named with them") {
    for (const auto& one : {std::pair{T::UINT8, "uint8"},
                            {T::INT32, "int32"},
                            {T::INT64, "int64"},
                            {T::FLOAT64, "float64"},
                            {T::BOOL, "boolean"}}) {
      const T type = one.first;  // clang 14 captures no structured bindings
      const char* const name = one.second;
      CAPTURE(name);
      const std::string text = said(changed("small_float.tflite", [&](tflite::ModelT& model) {
        for (auto& tensor : model.subgraphs[0]->tensors)
          if (model.buffers[tensor->buffer]->data.empty()) tensor->type = type;
      }));
      CHECK(mentions(text, std::string("has no kernel for ") + name + " elements; "));
    }
    const std::string half = said(changed("small_float.tflite", [](tflite::ModelT& model) {
      for (auto& tensor : model.subgraphs[0]->tensors)
        if (model.buffers[tensor->buffer]->data.empty()) tensor->type = T::FLOAT16;
    }));
    CHECK(mentions(half, "float16, which are read for constants only"));
  }

  TEST_CASE("packed weights have two numbers in a byte") {
    const auto packed = [](const char* file) {
      return said(changed(file, [](tflite::ModelT& model) {
        tflite::TensorT& w = weights(model);
        w.type = T::INT4;
        auto& data = model.buffers[w.buffer]->data;
        data.resize((data.size() + 1) / 2);
      }));
    };
    CHECK(packed("small_int8.tflite").empty());
    const std::string cut =
        said(changed("small_int8.tflite", [](tflite::ModelT& model) { weights(model).type = T::INT4; }));
    CHECK(mentions(cut, "bytes where its shape needs"));
  }

  TEST_CASE("integers of 32 bits without a sign are refused at the edges of a model") {
    const std::string text = said(changed("small_float.tflite", [](tflite::ModelT& model) {
      model.subgraphs[0]->tensors[static_cast<std::size_t>(model.subgraphs[0]->inputs[0])]->type = T::UINT32;
    }));
    CHECK(mentions(text, "has elements of uint32 at an edge of the model"));
  }

  TEST_CASE("options of a custom operator that are no map, or lack a key, are refused") {
    const auto options = [](std::vector<std::uint8_t> bytes) {
      return said(changed("stored_tflite/detector.tflite", [&](tflite::ModelT& model) {
        model.subgraphs[0]->operators[0]->custom_options = bytes;
      }));
    };
    CHECK(mentions(options({}), "lacks its options"));
    CHECK(mentions(options({7, 4, 1}), "has options that are no map"));
    flexbuffers::Builder builder;
    builder.Map([&] { builder.Int("num_classes", 4); });
    builder.Finish();
    CHECK(mentions(options(builder.GetBuffer()), "lacks its option max_detections"));
    CHECK(mentions(said(changed("stored_tflite/detector.tflite", [](tflite::ModelT& model) {
      model.operator_codes[0]->custom_code = "TFLite_Detection";
    })), "custom operator TFLite_Detection is code that the file does not hold"));
  }

  TEST_CASE("int8 weights without a scale are not taken for real numbers") {
    const std::string text = said(changed("small_float.tflite", [](tflite::ModelT& model) {
      tflite::TensorT& w = weights(model);
      w.type = T::INT8;
      auto& data = model.buffers[w.buffer]->data;
      data.resize(data.size() / 4);
    }));
    CHECK(mentions(text, "has elements of int8 and no scale where real numbers are needed"));
  }
}

TEST_SUITE("tflite/operators") {
  TEST_CASE("no operator is taken for another: every code is read, or refused by its own name or number") {
    unsigned read = 0;
    for (int code = -128; code < 300; ++code) {
      CAPTURE(code);
      std::string text;
      try {
        tflite::ModelT model;
        model.operator_codes.push_back(std::make_unique<tflite::OperatorCodeT>());
        model.operator_codes[0]->builtin_code = static_cast<B>(std::max(code, 0));
        model.operator_codes[0]->deprecated_builtin_code = static_cast<std::int8_t>(std::min(code, 127));
        model.operator_codes[0]->custom_code = "Mine";
        model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
        model.subgraphs[0]->operators.push_back(std::make_unique<tflite::OperatorT>());
        flatbuffers::FlatBufferBuilder builder;
        tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
        const tflite::Model& packed = *tflite::GetModel(builder.GetBufferPointer());
        const TfliteOperator& row = tflite_operator(packed, *packed.subgraphs()->Get(0)->operators()->Get(0), 3);
        CHECK(static_cast<int>(row.code) == code);
        CHECK((row.import != nullptr || row.integers != nullptr));
        ++read;
      } catch (const Refusal& refusal) {
        text = refusal.what();
      }
      if (text.empty()) continue;
      const std::string name = tflite::EnumNameBuiltinOperator(static_cast<B>(code));
      if (code == static_cast<int>(B::CUSTOM)) CHECK(mentions(text, "operator Mine_3: custom operator Mine is code"));
      else if (name.empty() || code == 127)
        CHECK(mentions(text, "operator 3: has the unknown code " + std::to_string(code)));
      else CHECK(mentions(text, "operator " + name + "_3: " + name + " is not supported"));
    }
    CHECK(read > 50);
  }

  TEST_CASE("a refusal lists every operator that is in the way, and how often") {
    const std::string text = said(changed("small_float.tflite", [](tflite::ModelT& model) {
      set_code(model, 0, B::STABLEHLO_CONVOLUTION);
      set_code(model, 1, B::UNIQUE);
      model.subgraphs[0]->operators.push_back(std::make_unique<tflite::OperatorT>(*model.subgraphs[0]->operators[1]));
    }));
    CHECK(mentions(text, "STABLEHLO_CONVOLUTION is not supported"));
    CHECK(mentions(text, "UNIQUE is not supported; end the model before this step"));
    CHECK(mentions(text, "operator UNIQUE_1, operator UNIQUE_"));
  }

  TEST_CASE("an activation that an operator fuses is known, or refused") {
    const auto fused = [](int function) {
      return said(changed("small_float.tflite", [&](tflite::ModelT& model) {
        for (auto& op : model.subgraphs[0]->operators) {
          const auto set = [&](auto* options) {
            if (options != nullptr)
              options->fused_activation_function = static_cast<tflite::ActivationFunctionType>(function);
          };
          set(op->builtin_options.AsConv2DOptions()), set(op->builtin_options.AsFullyConnectedOptions()),
              set(op->builtin_options.AsPool2DOptions());
        }
      }));
    };
    for (const int function : {0, 1, 2, 3}) CHECK(fused(function).empty());
    CHECK(mentions(fused(4), "fuses TANH; "));
    CHECK(mentions(fused(5), "fuses SIGN_BIT; "));
    CHECK(mentions(fused(6), "fuses the unknown activation 6; "));
    CHECK(mentions(fused(-1), "fuses the unknown activation -1; "));
  }
}

}  // namespace
}  // namespace nacre::tools::test
