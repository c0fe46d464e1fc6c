#include "tools/codegen/footprint.hpp"

#include <doctest/doctest.h>

#include <tuple>

#include "loader/stack_bounds.hpp"
#include "tests/support/models.hpp"

namespace nacre::tools::test {
namespace footprint_test {

TEST_SUITE("footprint") {
  TEST_CASE("a line counts once if it has one of the kernels, or the next one has, and rows are 16 bytes") {
    const std::vector<KernelRow> rows = {{"", "reference", "map_f32", "", ""}, {"", "reference", "move_f32", "", ""}};
    std::vector<std::string> unknown;
    CHECK(code_bytes("# sizes\n100 base\n7 map_f32 move_f32\n30 arg_max_f32\n  move_f32\n1000 softmax_f32\n", rows,
                     &unknown) == 100 + 7 + 30 + 2 * 16);
    CHECK(unknown.empty());
  }

  TEST_CASE("a kernel that no line has is named") {
    const std::vector<KernelRow> rows = {{"", "reference", "map_f32", "", ""}, {"", "reference", "newest_f32", "", ""}};
    std::vector<std::string> unknown;
    CHECK(code_bytes("100 base\n7 map_f32\n", rows, &unknown) == 100 + 7 + 2 * 16);
    CHECK(unknown == std::vector<std::string>{rows[1].name()});
    Footprint footprint;
    footprint.unknown = unknown;
    CHECK(footprint_text(footprint).find("flash without " + rows[1].name()) != std::string::npos);
  }

  TEST_CASE("the stack is what was measured on the processor, or on another one that is named") {
    const ModelFile model(converted({"linear.joblib"}));
    for (const auto& one :
         {std::tuple("cortex-m0", "cortex-m0", stack::kCortexM0),
          std::tuple("cortex-m3", "cortex-m3", stack::kCortexM3),
          std::tuple("cortex-m33", "cortex-m4", stack::kCortexM4),
          std::tuple("rv32imc", "cortex-m0", stack::kCortexM0)}) {
      const char *const target = std::get<0>(one), *const core = std::get<1>(one);
      const auto& bounds = std::get<2>(one);
      CAPTURE(target);
      const Footprint footprint = footprint_of(model, kernel_rows(model), target);
      CHECK(footprint.stack_bytes == bounds.nacre_load);
      CHECK(footprint.stack_of == core);
      CHECK((footprint_text(footprint).find("stack as on") != std::string::npos) == (footprint.target != core));
    }
  }
}

}  // namespace footprint_test
}  // namespace nacre::tools::test
