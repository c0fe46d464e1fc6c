#include "tools/session/model_file.hpp"

#include <doctest/doctest.h>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("session/model_file") {
  TEST_CASE("inputs and outputs are known by name, outputs also by number") {
    const ModelFile model(converted({"pipeline.joblib"}));
    CHECK(model.find_output("predict_proba") == 1);
    CHECK(model.find_output("2") == 2);
    CHECK(model.output_name(2) == "decision_function");
    CHECK(model.find_input("X", 7) == 0);
    CHECK(model.find_input("Y", 7) == 7);
    CHECK_THROWS_WITH_AS(model.find_output("3"), doctest::Contains("no output 3; choose among: predict, predict_proba, decision_function"), Refusal);
    CHECK_THROWS_AS(model.find_output(""), Refusal);
  }

  TEST_CASE("a model that was stripped of its description has numbers for names") {
    const Buffer whole = converted({"two_inputs.keras"});
    const ModelFile described(aligned_copy(whole.bytes()));
    const std::size_t end = described.model().header()->description().offset();
    const ModelFile stripped(aligned_copy(whole.bytes().first(end)));
    CHECK(stripped.description() == nullptr);
    CHECK(stripped.input_names() == "0, 1");
    CHECK(described.input_names() == "a, b");
    CHECK(stripped.find_output("0") == 0);
  }

  TEST_CASE("a file that is none is refused with the part that is wrong") {
    const Buffer whole = converted({"linear.joblib"});
    CHECK_THROWS_WITH_AS(ModelFile(aligned_copy(whole.bytes().first(100))), doctest::Contains("convert the model again"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
