#include "tools/tflite/read.hpp"

#include <doctest/doctest.h>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

constexpr const char* kImage = "reported_tflite/open_image.tflite";

Graph with_shape(const char* file, const std::string& text) {
  TfliteChoices choices;
  choices.shapes.push_back(parse_input_shape(text));
  Graph graph = read_tflite(Buffer::map_file(fixture(file)), choices);
  CHECK(choices.shapes.empty());
  return graph;
}

TEST_SUITE("tflite/read") {
  TEST_CASE("a shape is lengths with commas between them, after the name of its input") {
    CHECK(parse_input_shape("1,224,224,3").shape == Dimensions{1, 224, 224, 3});
    CHECK(parse_input_shape("1,224,224,3").input.empty());
    CHECK(parse_input_shape("a=b:0=7").shape == Dimensions{7});
    CHECK(parse_input_shape("a=b:0=7").input == "a=b:0");
    for (const char* wrong :
         {"", "x=", "1,", ",1", "1,,2", "1, 2", "0,3", "-1,3", "1x3", "99999999999", "1.5", "image"})
      CHECK_THROWS_WITH_AS(parse_input_shape(wrong), doctest::Contains("is no shape; give lengths"), Refusal);
  }

  TEST_CASE("all shapes follow from the one that the user fixes, and the batch with them") {
    const Graph graph = with_shape(kImage, "2,9,12,2");
    CHECK(graph.shape(graph.inputs[0].value) == Dimensions{2, 9, 12, 2});
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{2, 3});
  }

  TEST_CASE("dimensions that are open are refused with the shape that is wanted") {
    CHECK_THROWS_WITH_AS(
        read_tflite(Buffer::map_file(fixture(kImage))),
        doctest::Contains(
            "leaves dimensions open, and memory is planned before the model runs; fix them, as in --shape "),
        Refusal);
    CHECK_THROWS_WITH_AS(read_tflite(Buffer::map_file(fixture(kImage))), doctest::Contains("=1,?,?,2, or convert"),
                         Refusal);
    CHECK_THROWS_WITH_AS(read_tflite(Buffer::map_file(fixture("reported_tflite/open_steps.tflite"))),
                         doctest::Contains("leaves a dimension open"), Refusal);
  }

  TEST_CASE("a shape that differs where the file leaves nothing open is refused") {
    for (const char* wrong : {"1,9,12,3", "1,9,12", "1,9,12,2,1", "9"})
      CHECK_THROWS_WITH_AS(with_shape(kImage, wrong),
                           doctest::Contains("that --shape gives; give the lengths that it leaves open"), Refusal);
    CHECK_THROWS_WITH_AS(with_shape("small_float.tflite", "1,2"), doctest::Contains("that --shape gives"), Refusal);
  }

  TEST_CASE("a shape for another input is left over") {
    TfliteChoices choices;
    choices.shapes.push_back(parse_input_shape("other=1,3"));
    (void)read_tflite(Buffer::map_file(fixture("small_float.tflite")), choices);
    CHECK(choices.shapes.size() == 1);
  }
}

}  // namespace
}  // namespace nacre::tools::test
