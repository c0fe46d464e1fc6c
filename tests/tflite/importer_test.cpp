#include "tools/tflite/importer.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tflite/read.hpp"

namespace nacre::tools::test {
namespace {

/// small_float16.tflite, whose weights are float16 constants behind DEQUANTIZE, with the dimensions of
/// every dequantised tensor multiplied by `factor`.
Buffer with_dequantized_shapes(int factor) {
  const Buffer file = Buffer::map_file(fixture("small_float16.tflite"));
  std::vector<std::byte> bytes(file.bytes().begin(), file.bytes().end());
  tflite::Model& model = *flatbuffers::GetMutableRoot<tflite::Model>(bytes.data());
  const tflite::SubGraph& graph = *model.subgraphs()->Get(0);
  for (const tflite::Operator* op : *graph.operators()) {
    const auto code = model.operator_codes()->Get(op->opcode_index())->deprecated_builtin_code();
    if (code != static_cast<int>(tflite::BuiltinOperator::DEQUANTIZE)) continue;
    const tflite::Tensor& output =
        *graph.tensors()->Get(static_cast<unsigned>(op->outputs()->Get(0)));
    auto& shape = const_cast<flatbuffers::Vector<std::int32_t>&>(*output.shape());
    for (unsigned i = 0; i < shape.size(); ++i) shape.Mutate(i, shape.Get(i) * factor);
  }
  return Buffer::from(std::move(bytes));
}

TEST_SUITE("tflite/importer") {
  TEST_CASE("a float16 constant has the shape of the tensor that it is dequantised to") {
    CHECK_NOTHROW(read_tflite(with_dequantized_shapes(1)));
    CHECK_THROWS_WITH_AS(read_tflite(with_dequantized_shapes(2)),
                         doctest::Contains("dequantises a constant of another shape"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
