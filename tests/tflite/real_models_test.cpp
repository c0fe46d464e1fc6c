#include <doctest/doctest.h>

#include "nacre/kernels.hpp"
#include "nacre/self_test.hpp"
#include "tests/support/real_models.hpp"
#include "tools/common/buffer.hpp"
#include "tools/lower/lower.hpp"
#include "tools/session/session.hpp"
#include "tools/tflite/read.hpp"

// Trained int8 networks that nobody here made, against what TensorFlow Lite's own kernels give.

namespace nacre::tools::test {
namespace {

const std::string kModels[] = {"anomaly_int8", "keyword_int8", "person_int8", "resnet_int8"};

/// ctest shows a test that prints this as skipped.
bool are_absent() {
  if (!real_models_folder().empty()) return false;
  MESSAGE("skipped: the real models are not in ../shared/models");
  return true;
}

void check_layers(const LayeredModel& model, const std::string& target, Kernels kernels) {
  CAPTURE(target);
  const ModelBytes file = emit_layered(model, target);
  Session session({file.data(), file.size()}, kernels);
  const std::vector<TensorData> outputs = session.run(model.golden.inputs);
  REQUIRE(outputs.size() == model.operators.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    CAPTURE(model.operators[i]);
    CHECK(outputs[i].bytes == model.golden.outputs[i].bytes);
  }
  CHECK(self_test({file.data(), file.size()}, session.network()) == Status::ok);
}

TEST_SUITE("real int8 models") {
  TEST_CASE("every operator gives the bits of TensorFlow Lite's, whatever the kernels and the packing") {
    if (are_absent()) return;
    for (const std::string& name : kModels) {
      CAPTURE(name);
      const LayeredModel model = layered_model(name);
      CHECK(model.operators.size() >= 10);
      for (const Kernels kernels : {reference_kernels(), native_kernels()})
        for (const std::string target : {"portable", "cortex-m4", "cortex-m55"}) check_layers(model, target, kernels);
    }
  }

  TEST_CASE("a self-test notices one wrong bit of one operator") {
    if (are_absent()) return;
    LayeredModel model = layered_model("anomaly_int8");
    model.golden.outputs[3].bytes[5] ^= std::byte{1};
    const ModelBytes file = emit_layered(model, "portable");
    Session session({file.data(), file.size()}, native_kernels());
    CHECK(self_test({file.data(), file.size()}, session.network()) == Status::golden_mismatch);
  }

  TEST_CASE("the answers to zeros, a ramp and a random input are TensorFlow Lite's, bit for bit") {
    if (are_absent()) return;
    for (const std::string& name : kModels) {
      Graph graph = read_tflite(Buffer::map_file(real_models_folder() + "/" + name + ".tflite"));
      lower(graph);
      const ModelBytes file = emit(graph, plan(graph), {name, "", "the tests"}, {});
      Session session({file.data(), file.size()}, native_kernels());
      for (const std::string input : {"zero", "ramp", "rand"}) {
        CAPTURE(name);
        CAPTURE(input);
        const std::string golden = real_models_folder() + "/golden/" + name + "_" + input;
        const auto outputs = session.run({{elements_of(Buffer::map_file(golden + "_in.npy")), {}}});
        CHECK(outputs.at(0).bytes == elements_of(Buffer::map_file(golden + "_out.npy")));
      }
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
