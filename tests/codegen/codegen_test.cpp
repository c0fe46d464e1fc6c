#include "tools/codegen/codegen.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "nacre/nacre.h"
#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("generated code") {
  TEST_CASE("it names the kernels that the model needs and no others") {
    const ModelFile model(converted({"linear.joblib"}));
    const auto files = generate_code(model, "linear");
    const std::string& header = files.at("linear.hpp");
    CHECK(header.find("nacre::kernels::fully_connected_f32,") != std::string::npos);
    CHECK(header.find("softmax") == std::string::npos);
    CHECK(files.at("linear.h").find("linear_MEMORY_BYTES " + std::to_string(model.needs().total_bytes) + "u") !=
          std::string::npos);
  }

  TEST_CASE("C12: a hostile name stays an identifier") {
    CHECK(identifier("*/ #include <x>") == "model_include_x_");
    CHECK(identifier("3d") == "model_3d");
    CHECK(identifier("a\nb\"c") == "a_b_c");
    CHECK(identifier("größe") == "gr_e");
    CHECK(identifier("") == "model");
  }

  TEST_CASE("no name is one that C, C++ or Nacre uses") {
    for (const char* taken : {"int", "class", "restrict", "default", "nacre", "std", "main"})
      CHECK(identifier(taken) == "model_" + std::string(taken));
    CHECK(identifier("_Bool") == "model_Bool");
    CHECK(identifier("a__b") == "a_b");
  }

  TEST_CASE("a model is included by the assembler instead of written as an array") {
    const ModelFile model(converted({"linear.joblib"}));
    const auto files = generate_code(model, "my model", Embedding::incbin);
    CHECK(files.size() == 5);
    CHECK(files.count("my_model_model.c") == 0);
    CHECK(files.at("my_model_model.S").find(".incbin \"my_model.nacre\"") != std::string::npos);
    const std::string& copy = files.at("my_model.nacre");
    REQUIRE(copy.size() == model.bytes().size());
    CHECK(std::memcmp(copy.data(), model.bytes().data(), copy.size()) == 0);
  }
}

TEST_SUITE("the C interface") {
  TEST_CASE("it loads, runs and proves a model as the C++ interface does") {
    const Buffer model = converted({"linear.joblib"});
    nacre_memory needs;
    REQUIRE(nacre_memory_needs(model.data(), model.size(), &needs) == NACRE_OK);
    alignas(64) static std::byte memory[4096];
    REQUIRE(needs.bytes <= sizeof memory);
    nacre_network network;
    REQUIRE(nacre_load(model.data(), model.size(), nacre_all_kernels(), memory, needs.bytes, 1, &network) == NACRE_OK);
    CHECK(nacre_input(&network, 0).elements == 10);
    CHECK(nacre_input(&network, 1).data == nullptr);
    CHECK(nacre_run(&network) == NACRE_OK);
    CHECK(nacre_output(&network, 0).type == NACRE_FLOAT32);
    CHECK(nacre_self_test(model.data(), model.size(), &network) == NACRE_OK);
    CHECK(nacre_load(model.data(), model.size(), nacre_all_kernels(), memory, needs.bytes - 1, 1, &network) ==
          NACRE_MEMORY_TOO_SMALL);
    CHECK(std::string(nacre_status_name(NACRE_BAD_MAGIC)) == "bad_magic");
  }

  TEST_CASE("its statuses have the values and names of the C++ ones") {
    CHECK(static_cast<int>(NACRE_GOLDEN_MISMATCH) == static_cast<int>(Status::golden_mismatch));
    CHECK(static_cast<int>(NACRE_KERNEL_MISSING) == static_cast<int>(Status::kernel_missing));
    CHECK(static_cast<int>(NACRE_BAD_WEIGHTS) == static_cast<int>(Status::bad_weights));
  }
}

}  // namespace
}  // namespace nacre::tools::test
