#include "tools/codegen/codegen.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "nacre/nacre.h"
#include "tests/support/models.hpp"
#include "tools/codegen/names.hpp"
#include "tools/codegen/packages.hpp"

namespace nacre::tools::test {
namespace {

/// The files for a fixture, by name.
std::map<std::string, std::string> code_of(const std::string& fixture, CodeOptions options) {
  return generate_code(ModelFile(converted({fixture})), options);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_SUITE("generated code") {
  TEST_CASE("it names the kernels that the model needs and no others") {
    const ModelFile model(converted({"linear.joblib"}));
    const auto files = generate_code(model, {.name = "linear"});
    const std::string& header = files.at("linear.hpp");
    CHECK(has(header, "nacre::kernels::fully_connected_f32,"));
    CHECK(!has(header, "softmax"));
    CHECK(has(files.at("linear.h"), "LINEAR_MEMORY_BYTES " + std::to_string(model.needs().total_bytes) + "u"));
  }

  TEST_CASE("a model is included by the assembler instead of written as an array") {
    const ModelFile model(converted({"linear.joblib"}));
    const auto files = generate_code(model, {.name = "my model", .embedding = Embedding::incbin, .section = ".model"});
    CHECK(files.count("my_model_model.c") == 0);
    CHECK(has(files.at("my_model_model.S"), ".incbin \"my_model.nacre\""));
    CHECK(has(files.at("my_model_model.S"), ".section .model, \"a\""));
    const std::string& copy = files.at("my_model.nacre");
    REQUIRE(copy.size() == model.bytes().size());
    CHECK(std::memcmp(copy.data(), model.bytes().data(), copy.size()) == 0);
  }

  TEST_CASE("a model lies in the section that is asked for") {
    CHECK(has(code_of("linear.joblib", {.name = "a", .section = ".model"}).at("a_model.c"), "section(\".model\")"));
    CHECK(!has(code_of("linear.joblib", {.name = "a"}).at("a_model.c"), "section("));
  }

  TEST_CASE("the header says what an int8 input is") {
    const auto files = code_of("small_int8.tflite", {.name = "net"});
    const std::string& header = files.at("net.h");
    CHECK(has(header, "#define NET_INPUT_0_SHAPE {1, 8, 8, 2}\n"));
    CHECK(has(header, "#define NET_INPUT_0_SCALE 0.029758187f\n"));
    CHECK(has(header, "#define NET_INPUT_0_ZERO_POINT (-9)\n"));
    CHECK(has(header, "int8_t net_quantize_input(float real);\n"));
    CHECK(has(header, "float net_dequantize_output(int8_t stored);\n"));
  }

  TEST_CASE("the header has a classifier's labels, and a function that predicts") {
    const std::string header = code_of("forest.pkl", {.name = "iris"}).at("iris.h");
    CHECK(has(header, "  IRIS_SETOSA = 0,\n  IRIS_VERSICOLOR = 1,\n  IRIS_VIRGINICA = 2\n"));
    CHECK(has(header, "extern const char* const iris_labels[3];"));
    CHECK(has(header, "nacre_status iris_predict(const float x[4], int* predict, float predict_proba[3]);"));
  }

  TEST_CASE("classes that are other numbers than their indices have enumerators that say so") {
    const std::string header = code_of("logistic_liblinear.joblib", {.name = "line"}).at("line.h");
    CHECK(has(header, "  LINE_INDEX_OF_0 = 0,\n  LINE_INDEX_OF_2 = 1,\n  LINE_INDEX_OF_4 = 2\n"));
    CHECK(has(header, "/* Indices in line_labels"));
    CHECK(has(code_of("naive_bayes.joblib", {.name = "a"}).at("a.h"), "  A_0 = 0,\n  A_1 = 1,\n  A_2 = 2\n"));
  }

  TEST_CASE("a standalone folder has the kernels of its model, and every license") {
    const auto files = code_of("linear.joblib", {.name = "linear", .standalone = true});
    const std::string& source = files.at("nacre.cpp");
    CHECK(has(source, "// ---- runtime/kernels/reference/fully_connected.cpp"));
    CHECK(!has(source, "// ---- runtime/kernels/reference/conv_2d.cpp"));
    CHECK(!has(source, "#include \"runtime/"));
    CHECK(has(source, "linear_kernels"));
    CHECK(has(files.at("NOTICE"), "FlatBuffers"));
    CHECK(has(files.at("LICENSE"), "Apache License"));
    CHECK(has(files.at("nacre.h"), "#define NACRE_VERSION_NUMBER"));
    CHECK(!has(files.at("nacre.h"), "#include \"nacre/"));
  }

  TEST_CASE("kernels for other instructions come with a model that is packed for them") {
    ConvertOptions options;
    options.files = {fixture("small_int8.tflite")};
    options.target = "cortex-m4";
    Conversion result;
    const ModelBytes bytes = make_model(options, &result);
    const ModelFile model(Buffer(nullptr, {bytes.data(), bytes.size()}));
    const std::string source = generate_code(model, {.name = "a", .standalone = true}).at("nacre.cpp");
    CHECK(has(source, "// ---- runtime/kernels/dsp/conv_2d.cpp"));
    CHECK(!has(source, "// ---- runtime/kernels/mve/"));
  }

  TEST_CASE("every package has a manifest that names the model, with its sources where it looks for them") {
    const std::map<std::string, std::string> manifests = {{"arduino", "library.properties"},
                                                          {"cmsis-pack", "Nacre.iris.pdsc"},
                                                          {"esp-idf", "CMakeLists.txt"},
                                                          {"make", "Makefile"},
                                                          {"platformio", "library.json"},
                                                          {"zephyr", "zephyr/module.yml"}};
    std::vector<std::string> names;
    for (const auto& one : manifests) {
      const std::string &package = one.first, &manifest = one.second;
      CAPTURE(package);
      names.push_back(package);
      const auto files = code_of("linear.joblib", {.name = "iris", .standalone = true, .package = package});
      CHECK(has(files.at(manifest), "iris"));
      CHECK(files.count(source_folder(package) + "nacre.cpp") == 1);
      for (const auto& [name, text] : files)
        for (const char* mark : {"@WORD@", "@MACRO@", "@VERSION@"}) CHECK(!has(name + text, mark));
    }
    CHECK(package_names() == names);
  }
}

TEST_SUITE("names in generated code") {
  TEST_CASE("C12: a hostile name stays an identifier") {
    CHECK(identifier("*/ #include <x>") == "model_include_x_");
    CHECK(identifier("3d") == "model_3d");
    CHECK(identifier("a\nb\"c") == "a_b_c");
    CHECK(identifier("") == "model");
    CHECK(c_string("a\"\\\n*/\xff?" "?/") == "\"a\\042\\134\\012*/\\377\\077\\077/\"");
  }

  TEST_CASE("names that are not ASCII stay different") {
    CHECK(identifier("größe") == "gru00f6u00dfe");
    CHECK(identifier("模型") == "u6a21u578b");
    CHECK(identifier("\xff") == "u00ff");
  }

  TEST_CASE("no name is one that C, C++ or Nacre uses") {
    for (const char* taken : {"int", "class", "restrict", "default", "nacre", "std", "main"})
      CHECK(identifier(taken) == "model_" + std::string(taken));
    CHECK(identifier("_Bool") == "model_Bool");
    CHECK(identifier("a__b") == "a_b");
  }

  TEST_CASE("no name is one that a header defines somewhere, or makes one with what stands behind it") {
    for (const char* taken : {"linux", "unix", "NULL", "I", "EOF", "sin", "time", "M", "uint8", "SIG"})
      CHECK(identifier(taken) == "model_" + std::string(taken));
  }

  TEST_CASE("names of one scope are distinct") {
    Names names;
    CHECK(names.add("my_model") == "my_model");
    CHECK(names.add("my_model") == "my_model_2");
    CHECK(names.add("my_model_2") == "my_model_2_2");
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
