#include <doctest/doctest.h>

#include "tests/onnx/file.hpp"
#include "tests/onnx/refusal.hpp"
#include "tests/support/parts.hpp"
#include "tools/onnx/read.hpp"

// Loops become their steps, one after the other; what has no such steps is refused.

namespace nacre::tools::test {
namespace {

using File = OnnxFile;

const std::vector<std::string> kStepInputs{"i", "goes", "h"}, kStepOutputs{"goes", "next"};
const std::string kSquare = File::node_message("Mul", {"h", "h"}, {"next"});

/// A loop of `steps` that squares x in each; `attributes` in the place of its body.
Buffer loop(std::int64_t steps, const std::string& attributes = File::body("body", {kSquare}, kStepInputs,
                                                                           kStepOutputs)) {
  return File().integers("n", {steps}).node("Loop", {"n", "", "x"}, {"y"}, attributes).bytes();
}

/// A scan along the first axis of x and of what is like it.
Buffer scan(const std::string& attributes, const std::vector<std::string>& inputs = {"x"}) {
  return File({2, 3}).node("Transpose", {"x"}, {"turned"}).node("Scan", inputs, {"y"}, attributes).bytes();
}

/// A machine of two classes with a vector each, and what is changed of it.
Buffer machine(const std::string& kernel, const std::vector<float>& numbers = {0.5f, 0, 3},
               const std::vector<float>& coefficients = {1, -1}, const std::string& transform = "NONE") {
  const std::string attributes =
      File::text("kernel_type", kernel) + File::reals("kernel_params", numbers) +
      File::reals("support_vectors", {1, 2, 3, 4, 5, 6}) + File::reals("coefficients", coefficients) +
      File::integer_list("vectors_per_class", {1, 1}) + File::integer_list("classlabels_ints", {0, 1}) +
      File::reals("rho", {0.5f}) + File::text("post_transform", transform);
  return File().node("SVMClassifier", {"x"}, {"label", "y"}, attributes, "ai.onnx.ml").bytes();
}

TEST_SUITE("onnx/control") {
  TEST_CASE("a loop is its body, as often as it runs") {
    CHECK(read_onnx(loop(1)).nodes.size() == 1);
    CHECK(read_onnx(loop(5)).nodes.size() == 5);
  }

  TEST_CASE("a loop of more steps than may be written down is refused, as are loops inside each other") {
    CHECK(onnx_refusal(loop(4096)).empty());
    CHECK(says(onnx_refusal(loop(4097)), "makes 4097 steps, and 4096 is the most"));
    const std::string nothing = File::body("body", {}, kStepInputs, {"goes", "h"});
    const std::string inner = File::node_message("Loop", {"most", "", "h"}, {"next"}, nothing);
    File file;
    file.integers("most", {4096}).integers("n", {4096});
    file.node("Loop", {"n", "", "x"}, {"y"}, File::body("body", {inner}, kStepInputs, kStepOutputs));
    CHECK(says(onnx_refusal(file.bytes()), "more than 200000 nodes"));
  }

  TEST_CASE("nodes are drawn by name and operator, and what needs a refused one is judged by nobody") {
    File file;
    file.node("Relu", {"x"}, {"a"}).node("Unknown", {"a"}, {"b"}).node("Abs", {"b"}, {"y"});
    const Lines lines = drawn([&] { (void)read_onnx(file.bytes()); });
    REQUIRE(lines.size() == 6);
    CHECK(lines[0] == "✓ input x");
    CHECK(lines[1] == "✓ Relu_0");
    CHECK(lines[2] == "✗ Unknown_1");
    CHECK(lines[5] == "– Abs_2");
  }

  TEST_CASE("a loop without a body, or with one of other inputs or outputs, is refused") {
    CHECK(says(onnx_refusal(loop(2, "")), "lacks the graph body"));
    CHECK(says(onnx_refusal(loop(2, File::body("body", {kSquare}, {"i", "goes"}, kStepOutputs))),
               "gives its graph 3 inputs, which takes 2"));
    CHECK(says(onnx_refusal(loop(2, File::body("body", {kSquare}, kStepInputs, {"goes"}))), "loses a state"));
    CHECK(says(onnx_refusal(loop(2, File::body("body", {}, kStepInputs, {"goes", "nowhere"}))),
               "gives nowhere, which nothing computes"));
  }

  TEST_CASE("what is gathered in no step has no shape") {
    File file;
    file.integers("n", {0});
    file.node("Loop", {"n", "", "x"}, {"", "y"},
              File::body("body", {kSquare}, kStepInputs, {"goes", "next", "next"}));
    CHECK(says(onnx_refusal(file.bytes()), "makes no step"));
  }

  TEST_CASE("a scan goes along an axis that all its inputs have as long") {
    const std::string add = File::node_message("Add", {"a", "a"}, {"sum"});
    const std::string one = File::body("body", {add}, {"a"}, {"sum"});
    const std::string two = File::body("body", {add}, {"a", "b"}, {"sum"});
    CHECK(onnx_refusal(scan(one + File::integer("num_scan_inputs", 1))).empty());
    CHECK(says(onnx_refusal(scan(one + File::integer("num_scan_inputs", 0))), "scans none of its inputs"));
    CHECK(says(onnx_refusal(scan(two + File::integer("num_scan_inputs", 2), {"x", "turned"})),
               "scans inputs of different lengths"));
    CHECK(says(onnx_refusal(scan(one + File::integer("num_scan_inputs", 1) +
                                 File::integer_list("scan_input_axes", {0, 0}))), "scan_input_axes of another number"));
    CHECK(says(onnx_refusal(scan(File::body("body", {}, {"h", "a"}, {}) + File::integer("num_scan_inputs", 1),
                                 {"x", "turned"})), "loses a state"));
  }

  TEST_CASE("a support vector machine that is not one of ONNX's is refused") {
    for (const char* kernel : {"LINEAR", "POLY", "RBF", "SIGMOID"}) CHECK(onnx_refusal(machine(kernel)).empty());
    CHECK(says(onnx_refusal(machine("WAVELET")), "has the kernel WAVELET"));
    CHECK(says(onnx_refusal(machine("RBF", {})), "lacks the three numbers"));
    CHECK(says(onnx_refusal(machine("POLY", {1, 0, 2.5f})), "a degree that is no whole number"));
    CHECK(says(onnx_refusal(machine("RBF", {1, 0, 3}, {1, -1, 2})), "other coefficients than its classes need"));
    CHECK(says(onnx_refusal(machine("RBF", {1, 0, 3}, {1, -1}, "LOGISTIC")), "post_transform LOGISTIC"));
  }

  TEST_CASE("int64 is multiplied where what it is made of bounds it, and refused elsewhere") {
    const auto doubled = [](const std::string& op, const std::string& attributes) {
      return File().integers("two", {2}).node(op, {"x"}, {"k"}, attributes).node("Mul", {"k", "two"}, {"y"}).bytes();
    };
    CHECK(onnx_refusal(doubled("ArgMax", File::integer("axis", 1))).empty());
    CHECK(says(onnx_refusal(doubled("Cast", File::integer("to", 7))), "int64 has no arithmetic on the device"));
  }
}

}  // namespace
}  // namespace nacre::tools::test
