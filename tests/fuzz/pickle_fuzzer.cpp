#include "tests/fuzz/conversion.hpp"
#include "tests/fuzz/mutate/mutate.hpp"
#include "tests/fuzz/reader.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"
#include "tools/sklearn/read.hpp"

NACRE_MUTATE_BY(mutate_pickle)

/// Pickles, described as `nacre inspect` does and made a checked model as `nacre convert` does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace nacre::tools;
  return fuzz_reader(data, size, [](const Buffer& file) {
    const Document document = read_pickle(file);
    static_cast<void>(describe(document));
    Graph graph;
    std::vector<std::string> warnings;
    Keys select;
    add_sklearn(graph, document, select, &warnings);
    convert_small(std::move(graph));
  });
}
