#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "nacre/nacre.h"
#include "schema/model_generated.h"
#include "tests/support/models.hpp"
#include "tools/emit/emit.hpp"
#include "tools/lower/lower.hpp"
#include "tools/plan/plan.hpp"
#include "tools/session/model_file.hpp"

// What the C functions answer where there is nothing, and where a load fails.

namespace nacre::tools::test {
namespace c_misuse_test {

alignas(64) std::byte memory[65536];
std::uint8_t any_digest[NACRE_DIGEST_BYTES];

TEST_SUITE("the C interface") {
  TEST_CASE("the place of a failed load is told, with the part's name") {
    const Buffer sound = converted({"linear.joblib"});
    Buffer model = aligned_copy(sound.bytes());
    auto* const bytes = const_cast<std::byte*>(model.data());
    nacre_place place = {NACRE_PART_WEIGHTS, 9, 9, 9};
    const auto fault = [&](int check_digest) {
      return nacre_find_fault(model.data(), model.size(), nacre_all_kernels(), memory, sizeof memory, check_digest,
                              &place);
    };
    CHECK(fault(1) == NACRE_OK);
    CHECK(place.part == NACRE_PART_FILE);
    CHECK((place.field == 0 && place.index == 0 && place.offset == 0));
    schema::Tensor* const tensor = const_cast<schema::Tensor*>(schema::GetModel(bytes)->tensors()->Get(1));
    tensor->mutate_type(static_cast<schema::DataType>(77));
    CHECK(fault(1) == NACRE_DIGEST_MISMATCH);
    CHECK(std::string(nacre_part_name(place.part)) == "header");
    CHECK(fault(0) == NACRE_BAD_TENSOR);
    CHECK(std::string(nacre_part_name(place.part)) == "tensors");
    CHECK(place.index == 1);
    CHECK(place.offset == reinterpret_cast<const std::byte*>(tensor) - model.data());
    CHECK(nacre_find_fault(model.data(), model.size(), nacre_all_kernels(), memory, sizeof memory, 0, nullptr) ==
          NACRE_NULL_ARGUMENT);
  }

  TEST_CASE("names that are not there are empty, and counts are 0") {
    const Buffer model = converted({"linear.joblib"});
    nacre_description description;
    REQUIRE(nacre_describe(model.data(), model.size(), &description) == NACRE_OK);
    for (const nacre_names none : {nacre_input_names(&description, 1), nacre_output_names(&description, ~0u),
                                   nacre_input_names(nullptr, 0), nacre_output_names(nullptr, 0), nacre_names{}}) {
      CHECK(nacre_name(none).data == nullptr);
      CHECK(nacre_feature_count(none) == 0);
      CHECK(nacre_label_count(none) == 0);
      CHECK(nacre_feature(none, 0).bytes == 0);
      CHECK(nacre_label(none, 0).bytes == 0);
    }
    CHECK(nacre_label(nacre_output_names(&description, 0), 0).data == nullptr);
    CHECK(nacre_layer_name(&description, 1000).data == nullptr);
    CHECK(nacre_model_name(nullptr).data == nullptr);
    CHECK(nacre_layer_name(nullptr, 0).data == nullptr);
    CHECK(nacre_find_input(&description, "no such input") == -1);
    CHECK(nacre_find_input(nullptr, "X") == -1);
    CHECK(nacre_find_input(&description, nullptr) == -1);
    CHECK(nacre_find_output(&description, nullptr) == -1);
    CHECK(nacre_find_output(nullptr, "predict") == -1);
    CHECK(nacre_find_output(&description, "no such output") == -1);
    CHECK(nacre_describe(model.data(), model.size(), nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_describe(nullptr, model.size(), &description) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_digest(model.data(), model.size(), nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_digest(nullptr, model.size(), any_digest) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_digest(model.data(), 8, any_digest) == NACRE_TRUNCATED);
  }

  TEST_CASE("a network that is not there, or was never loaded, has no inputs, outputs and layers") {
    const nacre_network never_loaded{};
    for (const nacre_network* network : {static_cast<const nacre_network*>(nullptr), &never_loaded}) {
      CHECK(nacre_input_count(network) == 0);
      CHECK(nacre_output_count(network) == 0);
      CHECK(nacre_layer_count(network) == 0);
      CHECK(nacre_layer_operator(network, 0) == std::string("unknown"));
      CHECK(nacre_input_shape(network, 0).dimensions == nullptr);
      CHECK(nacre_output_shape(network, 0).rank == 0);
      CHECK(nacre_input_quantization(network, 0).scale == 0);
      CHECK(nacre_output_quantization(network, 0).zero_point == 0);
    }
    const auto never = [](void*, unsigned) { FAIL("no layer runs"); };
    CHECK(nacre_run_layers(nullptr, never, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_run_layers(&never_loaded, nullptr, nullptr) == NACRE_NULL_ARGUMENT);
    CHECK(nacre_run_layers(&never_loaded, never, nullptr) == NACRE_NOT_LOADED);
  }

  TEST_CASE("it tells the scale and zero point of ports, which those that are not there have none of") {
    const ModelFile file(converted({"small_int8.tflite"}));
    nacre_network network;
    std::memcpy(&network, &file.network(), sizeof file.network());
    const PortRecord& y = file.network().output_port(0);
    CHECK(y.scale > 0);
    CHECK(nacre_output_quantization(&network, 0).scale == y.scale);
    CHECK(nacre_output_quantization(&network, 0).zero_point == y.zero_point);
    CHECK(nacre_input_quantization(&network, 0).scale == file.network().input_port(0).scale);
    CHECK(nacre_output_quantization(&network, 1).scale == 0);
  }

  TEST_CASE("it tells the names of features") {
    Graph graph;
    const ValueId x = graph.add_input("rows", {DataType::float32, {1, 2}});
    graph.inputs[0].features = {"width", "height"};
    graph.add_output("half", graph.add(parameters::Activation{}, {x}));
    graph.sources.push_back({"", "", "", ""});
    lower(graph);
    const ModelBytes bytes = emit(graph, plan(graph), {"features", "", "the tests"}, {});
    const Buffer model = aligned_copy({bytes.data(), bytes.size()});
    nacre_description description;
    REQUIRE(nacre_describe(model.data(), model.size(), &description) == NACRE_OK);
    const nacre_names names = nacre_input_names(&description, 0);
    REQUIRE(nacre_feature_count(names) == 2);
    CHECK(std::string(nacre_feature(names, 1).data, nacre_feature(names, 1).bytes) == "height");
    CHECK(nacre_feature(names, 2).data == nullptr);
    CHECK(nacre_find_input(&description, "rows") == 0);
  }
}

}  // namespace c_misuse_test
}  // namespace nacre::tools::test
