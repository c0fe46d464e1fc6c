#include "tools/tflite/operators.hpp"

#include <doctest/doctest.h>

#include "tests/support/fixture_layers.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("tflite") {
  TEST_CASE("every TensorFlow Lite operator that converts is in a fixture with the interpreter's predictions") {
    const std::set<std::string> covered = fixture_layers();
    for (const tflite::BuiltinOperator op : tflite::EnumValuesBuiltinOperator()) {
      if (find_tflite_import(op) == nullptr || op == tflite::BuiltinOperator::WHILE) continue;  // WHILE is there to be refused by name
      const std::string name = tflite::EnumNameBuiltinOperator(op);
      CAPTURE(name);
      CHECK(covered.count(name) == 1);
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
