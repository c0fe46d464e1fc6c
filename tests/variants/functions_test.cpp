#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "nacre/kernels.hpp"

// The functions that folders for vectors have, beside the reference: the same bits of every float that is tried.

namespace nacre::test {
namespace functions_test {

using Function = void (*)(const Strip&);

struct Row {
  const char* name;
  std::uint16_t number;
  unsigned operands;
  Function reference;
};

constexpr Row kRows[] = {
#define NACRE_FUNCTION(function, op, from, to, number, operands) {#function, number, operands, reference::function},
    NACRE_VECTOR_FUNCTIONS(NACRE_FUNCTION)
#undef NACRE_FUNCTION
};

/// The first kernel of a list that computes the function of floats.
Function find(Kernels kernels, std::uint16_t number) {
  for (const Kernel& kernel : kernels)
    if (kernel.name.op == Operator::map && kernel.name.function == number &&
        kernel.name.activations == DataType::float32 && kernel.name.weights == DataType::float32)
      return kernel.apply;
  return nullptr;
}

/// `count` floats whose bits go around all 2^32 in equal steps.
std::vector<float> floats(std::uint32_t first, std::uint32_t step, std::uint32_t count) {
  std::vector<float> result(count);
  for (std::uint32_t i = 0, bits = first; i < count; ++i, bits += step) std::memcpy(&result[i], &bits, sizeof bits);
  return result;
}

std::vector<float> applied(Function function, const std::vector<std::vector<float>>& operands, std::uint32_t count) {
  std::vector<float> y(count);
  Strip strip{y.data(), {}, {}, count};
  for (unsigned i = 0; i < operands.size(); ++i) {
    strip.x[i] = operands[i].data();
    strip.step[i] = operands[i].size() == 1 ? 0 : 1;
  }
  function(strip);
  return y;
}

/// The same bits, or a NaN both.
void check_same(const std::vector<float>& actual, const std::vector<float>& expected, const std::vector<float>& x) {
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool is_same = std::memcmp(&actual[i], &expected[i], sizeof(float)) == 0 ||
                         (actual[i] != actual[i] && expected[i] != expected[i]);
    if (is_same) continue;
    CAPTURE(x[i]);
    CAPTURE(expected[i]);
    REQUIRE(actual[i] == expected[i]);
  }
}

void compare(const Row& row, Function variant) {
  CAPTURE(row.name);
  REQUIRE((variant != nullptr));
  REQUIRE((variant != row.reference));
  constexpr std::uint32_t kMany = 200003;
  std::vector<std::vector<float>> operands;
  for (unsigned i = 0; i < row.operands; ++i) operands.push_back(floats(977 * i, 21474 + 4096 * i, kMany));
  check_same(applied(variant, operands, kMany), applied(row.reference, operands, kMany), operands[0]);
  for (std::uint32_t count = 1; count <= 40; ++count) {
    CAPTURE(count);
    std::vector<std::vector<float>> few{floats(0x3f000000, 0x00012345, count)};
    for (unsigned i = 1; i < row.operands; ++i) few.push_back(floats(0x40100000, 0x00054321, i == 1 ? 1 : count));
    check_same(applied(variant, few, count), applied(row.reference, few, count), few[0]);
  }
}

TEST_SUITE("kernels beside the reference") {
  TEST_CASE("each function of vectors gives the bits of the reference, whatever the number and how many there are") {
    for (const char* folder : {"avx2", "avx512", "neon"}) {
      const Kernels kernels = find_kernels(folder);
      if (kernels.empty()) {
        MESSAGE(std::string(folder), " not run: this machine has no such instructions");
        continue;
      }
      CAPTURE(folder);
      for (const Row& row : kRows) compare(row, find(kernels, row.number));
    }
  }
}

}  // namespace functions_test
}  // namespace nacre::test
