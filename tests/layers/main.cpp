// nacre-layers NAME TARGET ORDER OUT.nacre
// Writes a real int8 model, NAME of the folder of real models, with every operator's result as an output
// and TensorFlow Lite's results as its golden vector: nacre-replay then tests each operator on any
// target. ORDER is the byte order of its processors, little or big. Ends with 77 where there are no real models.

#include <cstdio>
#include <exception>
#include <string_view>

#include "tests/support/real_models.hpp"
#include "tools/common/output_file.hpp"
#include "tools/emit/byte_order.hpp"

namespace nacre::tools::test {
namespace {

constexpr int kFailed = 1, kWrongUsage = 2, kSkipped = 77;

int write_layers(int argc, char** argv) {
  const std::string_view order(argc == 5 ? argv[3] : "");
  if (order != "little" && order != "big")
    return std::fputs("usage: nacre-layers NAME TARGET little|big OUT.nacre\n", stderr), kWrongUsage;
  if (real_models_folder().empty())
    return std::fputs("skipped: the real models are not in ../shared/models\n", stderr), kSkipped;
  try {
    ModelBytes file = emit_layered(layered_model(argv[1]), argv[2]);
    if (order == "big") swap_byte_order({file.data(), file.size()});
    write_atomically(argv[4], {file.data(), file.size()});
    return 0;
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "nacre-layers: %s: %s\n", argv[1], error.what()), kFailed;
  }
}

}  // namespace
}  // namespace nacre::tools::test

int main(int argc, char** argv) { return nacre::tools::test::write_layers(argc, argv); }
