#include <doctest/doctest.h>

#include "tests/onnx/file.hpp"
#include "tests/onnx/refusal.hpp"

namespace nacre::tools::test {

TEST_SUITE("ONNX") {
  TEST_CASE("an axis that is resized beyond all reason is refused before there is memory for it") {
    const auto resized = [](std::int64_t length) {
      OnnxFile file;
      file.integers("sizes", {1, length});
      file.node("Resize", {"x", "", "", "sizes"}, {"y"}, OnnxFile::text("mode", "linear"));
      return onnx_refusal(file.bytes());
    };
    CHECK(resized(6).empty());
    CHECK(says(resized(std::int64_t{1} << 23), "resizes an axis of 3 to 8388608"));
  }
}

}  // namespace nacre::tools::test
