#include "tools/tflite/release.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "tests/support/models.hpp"
#include "tests/tflite/changed.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tflite/read.hpp"

// What is computed as the release does that converted the file, and what later releases write.

namespace nacre::tools::test {
namespace {

constexpr const char* kEarly = "releases_tflite/dense_int8_215.tflite";

bool is_late(const Buffer& file) { return is_after_2_18(*tflite::GetModel(file.data())); }

/// A file of 2.15 whose metadata say another release.
Buffer of_release(const std::string& version) {
  return changed(kEarly, [&](tflite::ModelT& model) {
    tflite::ConversionMetadataT said;
    said.environment = std::make_unique<tflite::EnvironmentT>();
    said.environment->tensorflow_version = version;
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(tflite::ConversionMetadata::Pack(builder, &said));
    for (const auto& one : model.metadata)
      if (one->name == "CONVERSION_METADATA")
        model.buffers[one->buffer]->data.assign(builder.GetBufferPointer(),
                                                builder.GetBufferPointer() + builder.GetSize());
  });
}

tflite::TensorT& input_of(tflite::ModelT& model, tflite::BuiltinOperator code, std::size_t input) {
  tflite::SubGraphT& graph = *model.subgraphs[0];
  for (const auto& op : graph.operators)
    if (model.operator_codes[op->opcode_index]->builtin_code == code)
      return *graph.tensors[static_cast<std::size_t>(op->inputs[input])];
  throw std::logic_error("no such operator");
}

TEST_SUITE("tflite/release") {
  TEST_CASE("a file says which release of TensorFlow converted it") {
    CHECK_FALSE(is_late(Buffer::map_file(fixture(kEarly))));
    CHECK(is_late(Buffer::map_file(fixture("releases_tflite/sum_int8_221.tflite"))));
    for (const char* version : {"2.19.0", "2.21.0", "3.0.0", "10.1"}) CHECK(is_late(of_release(version)));
    for (const char* version : {"2.15.1", "2.18.1", "2.9.0", "1.99", "", "2", "2.", "nightly"}) {
      CAPTURE(version);
      CHECK_FALSE(is_late(of_release(version)));
    }
  }

  TEST_CASE("metadata that cannot be read say no release") {
    CHECK_FALSE(is_late(changed(kEarly, [](tflite::ModelT& model) { model.metadata.clear(); })));
    CHECK_FALSE(is_late(changed(kEarly, [](tflite::ModelT& model) {
      for (const auto& one : model.metadata) one->buffer = 1 << 30;
    })));
    CHECK_FALSE(is_late(changed(kEarly, [](tflite::ModelT& model) {
      for (const auto& one : model.metadata) model.buffers[one->buffer]->data = {8, 0, 0, 0, 255, 255};
    })));
  }

  TEST_CASE("an int8 division of scales with which the interpreter goes wrong is refused") {
    const auto with_scale = [](float factor) {
      return changed("releases_tflite/div_int8_221.tflite", [factor](tflite::ModelT& model) {
        for (float& scale : input_of(model, tflite::BuiltinOperator::DIV, 1).quantization->scale) scale *= factor;
      });
    };
    CHECK_NOTHROW(read_tflite(with_scale(1)));
    CHECK_THROWS_WITH_AS(read_tflite(with_scale(16)), doctest::Contains("goes wrong near 0"), Refusal);
  }

  TEST_CASE("int8 updates that may meet at one place are refused") {
    const Buffer file = changed("releases_tflite/scatter_int8_221.tflite", [](tflite::ModelT& model) {
      tflite::TensorT& places = input_of(model, tflite::BuiltinOperator::SCATTER_ND, 0);
      std::ranges::fill(model.buffers[places.buffer]->data, std::uint8_t{0});
    });
    CHECK_THROWS_WITH_AS(read_tflite(file), doctest::Contains("several int8 updates at one place"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
