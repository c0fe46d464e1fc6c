#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/xgboost/graph.hpp"
#include "tools/xgboost/read.hpp"

NACRE_MUTATE_BY(mutate_json)

/// XGBoost's boosters in every form, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size,
                     [](const Buffer& file) { convert_small(xgboost_graph(read_xgboost_state(file.bytes()))); });
}
