#include "tools/tflite/operators.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

/// The operators in all TensorFlow Lite fixtures that must convert.
std::set<std::string> operators_of_fixtures() {
  std::set<std::string> result;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(fixture(""))) {
    if (entry.path().filename() != "expect.json") continue;
    for (const auto& one : nlohmann::json::parse(std::ifstream(entry.path()))) {
      const std::filesystem::path file = one["files"][0].get<std::string>();
      if (one["expect"] != "convert" || file.extension() != ".tflite") continue;
      const Buffer bytes = Buffer::map_file((entry.path().parent_path() / file).string());
      for (const auto* code : *tflite::GetModel(bytes.data())->operator_codes()) {
        const bool is_custom = code_of(*code) == tflite::BuiltinOperator::CUSTOM;
        result.insert(is_custom ? code->custom_code()->str() : tflite::EnumNameBuiltinOperator(code_of(*code)));
      }
    }
  }
  return result;
}

TEST_SUITE("tflite") {
  TEST_CASE("every TensorFlow Lite operator that converts is in a fixture with the interpreter's predictions") {
    const std::set<std::string> covered = operators_of_fixtures();
    for (const TfliteOperator& row : tflite_operators()) {
      if (row.import == nullptr) continue;  // computed offline, from shapes alone
      const std::string name = row.name();
      CAPTURE(name);
      CHECK(covered.count(name) == 1);
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
