#include "tools/onnx/operators.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>

#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace {

using Name = std::pair<std::string, std::string>;

/// The operators, by domain and name, in all ONNX fixtures that must convert.
std::set<Name> operators_of_onnx_fixtures() {
  std::set<Name> result;
  const std::filesystem::path folder = fixture("onnx");
  for (const auto& one : nlohmann::json::parse(std::ifstream(folder / "expect.json"))) {
    if (one["expect"] != "convert") continue;
    const Buffer bytes = Buffer::map_file((folder / one["files"][0].get<std::string>()).string());
    const OnnxModel model = parse_onnx({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const OnnxNodeProto& node : model.graph.nodes)
      result.emplace(std::string(onnx_domain(node.domain)), std::string(node.op));
  }
  return result;
}

TEST_SUITE("onnx") {
  TEST_CASE("every ONNX operator that converts is in a fixture with the predictions of ONNX Runtime") {
    const std::set<Name> covered = operators_of_onnx_fixtures();
    for (const OnnxOperator& row : onnx_operators()) {
      const Name name{row.domain, row.name};
      CAPTURE(name.first);
      CAPTURE(name.second);
      CHECK(covered.count(name) == 1);
    }
  }

  TEST_CASE("of several meanings the newest that is not newer than the model counts") {
    OnnxNodeProto softmax;
    softmax.op = "Softmax";
    CHECK(onnx_operator(softmax, 12, "").since == 7);
    CHECK(onnx_operator(softmax, 13, "").since == 13);
    CHECK(onnx_operator(softmax, 28, "").since == 13);
    CHECK_THROWS(onnx_operator(softmax, 6, ""));
    CHECK_THROWS(onnx_operator(softmax, 29, ""));
  }
}

}  // namespace
}  // namespace nacre::tools::test
