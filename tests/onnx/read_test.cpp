#include "tools/onnx/read.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tests/onnx/file.hpp"
#include "tests/onnx/refusal.hpp"
#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("onnx") {
  TEST_CASE("a file cut short at any byte is refused or read, never read past") {
    const Buffer whole = OnnxFile().integers("axes", {1}).node("Relu", {"x"}, {"y"}).bytes();
    CHECK(onnx_refusal(whole).empty());
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CAPTURE(size);
      const std::vector<std::byte> cut(whole.data(), whole.data() + size);
      const std::string refusal = onnx_refusal(Buffer::from(cut));
      CHECK((size + 15 > whole.size() || !refusal.empty()));
    }
  }

  TEST_CASE("what nobody asks for is refused by name") {
    CHECK(says(onnx_refusal(OnnxFile().node("Relu", {"x"}, {"y"}, OnnxFile::real("slope", 1)).bytes()),
               "Relu has the attribute slope"));
    CHECK(says(onnx_refusal(OnnxFile().node("Relu", {"x", "x"}, {"y"}).bytes()), "Relu has an input 1"));
  }

  TEST_CASE("all obstacles are named, and what follows from them is not") {
    const std::string refusal = onnx_refusal(
        OnnxFile().node("Foo", {"x"}, {"a"}).node("Bar", {"x"}, {"b"}).node("Add", {"a", "b"}, {"y"}).bytes());
    CHECK(says(refusal, "Foo is not supported"));
    CHECK(says(refusal, "Bar is not supported"));
    CHECK(!says(refusal, "Add"));
  }

  TEST_CASE("an output that an operator has and Nacre does not compute is missed where it is read") {
    const std::string training = onnx_refusal(
        OnnxFile({1, 3, 4, 4}).node("MaxPool", {"x"}, {"p", "at"}).node("Relu", {"at"}, {"y"}).bytes());
    CHECK(!training.empty());
  }

  TEST_CASE("a shape that the model computes is known before it runs") {
    OnnxFile file({1, 2, 3});
    file.integers("rest", {-1}).integers("zero", {0}).integers("first", {1});
    file.node("Shape", {"x"}, {"shape"}).node("Slice", {"shape", "zero", "first"}, {"batch"});
    file.node("Concat", {"batch", "rest"}, {"to"}, [] {
      std::string message, field;  // axis = 0
      protozero::pbf_writer writer(message);
      writer.add_string(1, "axis"), writer.add_int64(3, 0), writer.add_int32(20, 2);
      protozero::pbf_writer(field).add_message(5, message);
      return field;
    }());
    file.node("Reshape", {"x", "to"}, {"y"});
    const Graph graph = read_onnx(file.bytes());
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{1, 6});
  }

  TEST_CASE("functions of the model are expanded, with attributes of the call") {
    OnnxFile file;
    file.function("Leaky", {OnnxFile::node_message("LeakyRelu", {"a"}, {"b"}, OnnxFile::reference("alpha", "alpha"))});
    file.node("Leaky", {"x"}, {"y"}, OnnxFile::real("alpha", 0.25f), "local");
    const Graph graph = read_onnx(file.bytes());
    REQUIRE(graph.nodes.size() == 1);
    CHECK(graph.nodes[0].as<parameters::Activation>().alpha == 0.25f);
  }

  TEST_CASE("a function that calls itself is refused") {
    OnnxFile file;
    file.function("Endless", {OnnxFile::node_message("Endless", {"a"}, {"b"}, "", "local")});
    CHECK(says(onnx_refusal(file.node("Endless", {"x"}, {"y"}, "", "local").bytes()), "deep"));
  }

  TEST_CASE("dimensions that are open are given by --shape") {
    CHECK(says(onnx_refusal(OnnxFile({-1, 3, -1}).node("Relu", {"x"}, {"y"}).bytes()), "--shape x=1,3,?"));
    std::deque<InputShape> shapes{parse_input_shape("x=2,3,5")};
    const Graph graph = read_onnx(OnnxFile({-1, 3, -1}).node("Relu", {"x"}, {"y"}).bytes(), "", shapes);
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{2, 3, 5});
    CHECK(shapes.empty());
    shapes = {parse_input_shape("x=2,4,5")};
    CHECK_THROWS_AS(read_onnx(OnnxFile({-1, 3, -1}).node("Relu", {"x"}, {"y"}).bytes(), "", shapes), Refusal);
  }

  TEST_CASE("an open first dimension along which rows heed each other is no batch") {
    const auto summed = [](std::int64_t axis) {
      return OnnxFile({-1, 3}).integers("axis", {axis}).node("CumSum", {"x", "axis"}, {"y"}).bytes();
    };
    CHECK(onnx_refusal(summed(1)).empty());
    CHECK(says(onnx_refusal(summed(0)), "no batch of rows"));
    CHECK(says(onnx_refusal(OnnxFile({-1, 3}).node("ReduceMean", {"x"}, {"y"}).bytes()), "no batch of rows"));
    std::deque<InputShape> shapes{parse_input_shape("x=4,3")};
    const Graph graph = read_onnx(summed(0), "", shapes);
    CHECK(graph.shape(graph.outputs[0].value) == Dimensions{4, 3});
  }

  TEST_CASE("external data lie in the model's folder alone") {
    const TemporaryFolder folder;
    std::ofstream(folder.file("w.bin"), std::ios::binary).write("\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40", 12);
    const std::string here = std::filesystem::path(folder.file("w.bin")).parent_path().string();
    std::filesystem::create_directory(here + "/model");
    std::filesystem::create_symlink("../w.bin", here + "/model/link.bin");
    const auto refusal = [&](const std::string& in, const std::string& location, const std::string& length = "12") {
      return onnx_refusal(OnnxFile().external("w", location, length).node("Add", {"x", "w"}, {"y"}).bytes(), in);
    };
    CHECK(refusal(here, "w.bin").empty());
    CHECK(says(refusal(here + "/model", "../w.bin"), "outside of the model's folder"));
    CHECK(says(refusal(here, here + "/w.bin"), "outside of the model's folder"));
    CHECK(says(refusal(here + "/model", "link.bin"), "leads out"));
    CHECK(says(refusal(here, "missing.bin"), "cannot be opened"));
    CHECK(says(refusal(here, "w.bin", "16"), "16 bytes of external data where its shape needs 12"));
    CHECK(says(refusal("", "w.bin"), "outside of the model's folder"));
  }

  TEST_CASE("operator sets that are not known are refused") {
    CHECK(says(onnx_refusal(OnnxFile().opset(6).node("Relu", {"x"}, {"y"}).bytes()), "operator set 6"));
    CHECK(says(onnx_refusal(OnnxFile().opset(29).node("Relu", {"x"}, {"y"}).bytes()), "operator set 29"));
  }
}

}  // namespace
}  // namespace nacre::tools::test
