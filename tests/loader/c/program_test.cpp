#include "tests/loader/c/program.h"

#include <doctest/doctest.h>

#include <string>

#include "nacre/load.hpp"
#include "tests/support/models.hpp"
#include "tools/operators/definition.hpp"
#include "tools/session/model_file.hpp"

// What a program in C sees, beside what the C++ interface says of the same model. program.c is compiled as strict C99.

namespace nacre::tools::test {
namespace c_program_test {

std::string text(nacre_text text) { return text.data == nullptr ? "" : std::string(text.data, text.bytes); }

alignas(64) std::byte memory[65536];

sight look_at_fixture(const char* name) {
  const Buffer model = converted({name});
  sight seen = look_at(model.data(), model.size(), memory, sizeof memory);
  // The names are compared while the model is in place.
  const ModelFile file(aligned_copy(model.bytes()));
  CHECK(seen.inputs == file.model().inputs()->size());
  CHECK(seen.outputs == file.model().outputs()->size());
  CHECK(seen.layers == file.model().layers()->size());
  CHECK(text(seen.model) == file.description()->name()->str());
  CHECK(text(seen.input) == file.input_name(0));
  CHECK(text(seen.output) == file.description()->outputs()->Get(0)->name()->str());
  CHECK(text(seen.last_layer) == file.description()->layers()->Get(seen.layers - 1)->name()->str());
  CHECK(seen.found == 0);
  CHECK(seen.visits == seen.layers);
  for (unsigned i = 0; i < seen.visits; ++i) {
    CHECK(seen.visited[i] == i);
    const auto op = static_cast<Operator>(file.model().operators_type()->Get(i));
    CHECK(std::string(seen.operators[i]) == definition_of(op).name);
  }
  CHECK(std::memcmp(seen.digest, file.model().header()->digest().sha256()->Data(), sizeof seen.digest) == 0);
  if (std::string(name) == "pipeline.joblib") {
    CHECK(text(seen.last_label) == "virginica");
    CHECK(text(seen.answer) == "setosa");
  }
  return seen;
}

TEST_SUITE("the C interface") {
  TEST_CASE("a program in C sees counts, shapes, names, labels and the digest, and visits every layer once") {
    const sight seen = look_at_fixture("pipeline.joblib");
    CHECK(seen.status == NACRE_OK);
    CHECK(seen.dimensions[0] == 1);
    CHECK(seen.dimensions[1] == 4);
    CHECK(seen.quantization.scale == 0);
  }

  TEST_CASE("it sees scale and zero point of an int8 input") {
    const sight seen = look_at_fixture("small_int8.tflite");
    CHECK(seen.status == NACRE_OK);
    CHECK(seen.quantization.scale == doctest::Approx(0.029758187));
    CHECK(seen.quantization.zero_point == -9);
  }

  TEST_CASE("it gives and gets text") {
    const Buffer model = converted({"label_encoder.joblib"});
    std::int64_t answer = -1;
    const auto encode_in_c = [&](const char* label) {
      return encode_text(model.data(), model.size(), memory, sizeof memory, label, &answer);
    };
    CHECK(encode_in_c("no such label") == NACRE_UNKNOWN_LABEL);
    CHECK(answer == -1);
    CHECK(encode_in_c("versicolor") == NACRE_OK);
    CHECK(answer == 1);
  }
}

}  // namespace c_program_test
}  // namespace nacre::tools::test
