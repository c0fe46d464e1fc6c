#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/catboost/graph.hpp"

NACRE_MUTATE_BY(mutate_json)

/// CatBoost's models in both forms, up to a checked model.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    convert_small(catboost_graph(text.starts_with("{") ? read_catboost_json(text)
                                                       : read_catboost_binary(file.bytes())));
  });
}
