#include <doctest/doctest.h>

#include <algorithm>

#include "tests/onnx/file.hpp"
#include "tests/onnx/refusal.hpp"
#include "tools/onnx/operators.hpp"

namespace nacre::tools::test {
namespace {

/// A model that gives `row` inputs of this rank, of types by letter: float32, uint8, or a constant of int64.
Buffer model_of(const OnnxOperator& row, std::size_t rank, const std::string& types) {
  OnnxFile file(std::vector<std::int64_t>(std::max<std::size_t>(rank, 1), 2));
  file.opset(std::max<std::int64_t>(row.since, 17));
  file.node(rank == 0 ? "ReduceSum" : "Identity", {"x"}, {"f"}, OnnxFile::integer("keepdims", 0));
  file.node("Cast", {"f"}, {"u"}, OnnxFile::integer("to", 2));
  file.integers("i", {1, 1});
  std::vector<std::string> inputs;
  for (const char type : types) inputs.emplace_back(1, type);
  file.node(std::string(row.name), inputs, {"y"}, "", std::string(row.domain));
  return file.bytes();
}

TEST_SUITE("ONNX") {
  TEST_CASE("C9: whatever the ranks, types and number of its inputs, an operator is read or refused") {
    for (const OnnxOperator& row : onnx_operators()) {
      CAPTURE(row.name);
      for (const std::size_t rank : {0, 1, 2, 3, 4, 5})
        for (const std::string types : {"ffffffff", "uuuuuuuu", "ufuufufu", "fiiiiiii"})
          for (const std::size_t count : {0, 1, 2, 3, 4, 6, 8}) {
            CAPTURE(rank);
            CAPTURE(types);
            CAPTURE(count);
            CHECK_NOTHROW((void)onnx_refusal(model_of(row, rank, types.substr(0, count))));
          }
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
