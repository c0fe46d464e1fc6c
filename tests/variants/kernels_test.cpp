#include "nacre/kernels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "tests/variants/float_layers.hpp"
#include "tests/variants/int8_layers.hpp"
#include "tests/variants/integer_layers.hpp"
#include "tests/variants/mve_layers.hpp"
#include "tests/variants/sequence_layers.hpp"
#include "tests/variants/tree_layers.hpp"

// Every kernel beside the reference, on the targets that have it: the same bits on shapes around the width of
// its vectors. One that has no comparison here fails the first test.

namespace nacre::test {
namespace {

struct Comparison {
  const char* folder;  // of runtime/kernels
  Operator op;
  DataType type;
  Layout layout;
  void (*layers)(const Compare&);
};

constexpr Comparison kComparisons[] = {
    {"avx2", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"avx2", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"avx2", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"avx512", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"avx512", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"avx512", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"neon", Operator::fully_connected, DataType::float32, Layout::portable, compare_float_layers},
    {"neon", Operator::conv_2d, DataType::float32, Layout::portable, compare_float_convolutions},
    {"neon", Operator::depthwise_conv_2d, DataType::float32, Layout::portable, compare_float_depthwise},
    {"avx2", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"avx2", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"avx2", Operator::depthwise_conv_2d, DataType::int8, Layout::portable, compare_int8_depthwise},
    {"avx512", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"avx512", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"avx512", Operator::depthwise_conv_2d, DataType::int8, Layout::portable, compare_int8_depthwise},
    {"neon", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"neon", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"neon", Operator::depthwise_conv_2d, DataType::int8, Layout::portable, compare_int8_depthwise},
    {"neon", Operator::binary, DataType::int8, Layout::portable, compare_int8_sums},
    {"dotprod", Operator::fully_connected, DataType::int8, Layout::portable, compare_int8_layers},
    {"dotprod", Operator::conv_2d, DataType::int8, Layout::portable, compare_int8_convolutions},
    {"avx2", Operator::binary, DataType::int8, Layout::portable, compare_int8_sums},
    {"avx2", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"avx512", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"neon", Operator::average_pool_2d, DataType::float32, Layout::portable, compare_float_pools},
    {"avx2", Operator::matmul, DataType::float32, Layout::portable, compare_float_products},
    {"avx512", Operator::matmul, DataType::float32, Layout::portable, compare_float_products},
    {"neon", Operator::matmul, DataType::float32, Layout::portable, compare_float_products},
    {"avx2", Operator::softmax, DataType::float32, Layout::portable, compare_float_softmax},
    {"avx512", Operator::softmax, DataType::float32, Layout::portable, compare_float_softmax},
    {"neon", Operator::softmax, DataType::float32, Layout::portable, compare_float_softmax},
    {"avx2", Operator::lstm, DataType::float32, Layout::portable, compare_float_lstms},
    {"avx512", Operator::lstm, DataType::float32, Layout::portable, compare_float_lstms},
    {"neon", Operator::lstm, DataType::float32, Layout::portable, compare_float_lstms},
    {"avx2", Operator::reduce, DataType::float32, Layout::portable, compare_float_sums},
    {"avx512", Operator::reduce, DataType::float32, Layout::portable, compare_float_sums},
    {"neon", Operator::reduce, DataType::float32, Layout::portable, compare_float_sums},
    {"avx2", Operator::matmul, DataType::int8, Layout::portable, compare_integer_products},
    {"avx2", Operator::conv_integer, DataType::int8, Layout::portable, compare_integer_convolutions},
    {"avx2", Operator::quantize_rows, DataType::float32, Layout::portable, compare_quantized_rows},
    {"dsp", Operator::fully_connected, DataType::int8, Layout::dsp, compare_packed_layers},
    {"dsp", Operator::conv_2d, DataType::int8, Layout::dsp, compare_packed_convolutions},
    {"dsp", Operator::depthwise_conv_2d, DataType::int8, Layout::dsp, compare_packed_depthwise},
    {"dsp", Operator::binary, DataType::int8, Layout::portable, compare_int8_sums},
    {"dsp", Operator::packed_trees, DataType::float32, Layout::portable, compare_packed_trees},
    {"mve", Operator::fully_connected, DataType::int8, Layout::mve, compare_all_mve_layers},
    {"mve", Operator::conv_2d, DataType::int8, Layout::mve, compare_all_mve_convolutions},
    {"mve", Operator::depthwise_conv_2d, DataType::int8, Layout::mve, compare_mve_depthwise},
    {"mve", Operator::average_pool_2d, DataType::int8, Layout::portable, compare_int8_pools},
    {"mve", Operator::binary, DataType::int8, Layout::portable, compare_int8_sums},
};

/// Kernels of a folder, which every list of a machine that has them begins with; packed ones are in every list.
Kernels kernels_of(const Comparison& comparison) {
  return comparison.layout == Layout::portable ? find_kernels(comparison.folder) : reference_kernels();
}

bool is_compared(const char* folder, Operator op, DataType type, Layout layout) {
  return std::any_of(std::begin(kComparisons), std::end(kComparisons), [&](const Comparison& c) {
    return std::string_view(c.folder) == folder && c.op == op && c.type == type && c.layout == layout;
  });
}

TEST_SUITE("kernels beside the reference") {
  TEST_CASE("each kernel of an instruction set is compared with the reference") {
#define NACRE_KERNEL(function, op, activations, weights, layout, number) \
  CHECK(is_compared(folder, Operator::op, DataType::activations, Layout::layout));
    const char* folder = "avx2";
    NACRE_KERNELS_OF_avx2(NACRE_KERNEL);
    folder = "avx512";
    NACRE_KERNELS_OF_avx512(NACRE_KERNEL);
    folder = "neon";
    NACRE_KERNELS_OF_neon(NACRE_KERNEL);
    folder = "dotprod";
    NACRE_KERNELS_OF_dotprod(NACRE_KERNEL);
    folder = "dsp";
    NACRE_KERNELS_OF_dsp(NACRE_KERNEL);
    folder = "mve";
    NACRE_KERNELS_OF_mve(NACRE_KERNEL);
#undef NACRE_KERNEL
  }

  TEST_CASE(
      "each kernel of an instruction set gives the bits of the reference for any number of inputs, outputs, groups and "
      "paddings") {
    for (const Comparison& comparison : kComparisons) {
      const Kernels kernels = kernels_of(comparison);
      if (kernels.empty()) {
        MESSAGE(std::string(comparison.folder), " not run: this machine has no such instructions");
        continue;
      }
      CAPTURE(comparison.folder);
      comparison.layers([&](const ModelBuilder& reference, ModelBuilder variant) {
        variant.kernels = kernels;
        const auto expected = reference.run<std::uint8_t>();
        REQUIRE(!expected.empty());
        CHECK(variant.run<std::uint8_t>() == expected);
      });
    }
  }

  TEST_CASE("kernels are found by name, and other names give none") {
    CHECK(find_kernels("reference").data() == reference_kernels().data());
    CHECK(find_kernels(nullptr).data() == native_kernels().data());
    CHECK(find_kernels("abacus").empty());
  }
}

}  // namespace
}  // namespace nacre::test
