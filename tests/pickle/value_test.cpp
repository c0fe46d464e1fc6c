#include "tools/pickle/value.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "tests/support/pickles.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pickle/read.hpp"

namespace nacre::tools::test {
namespace {

Document parsed(const std::string& pickle) {
  const auto* bytes = reinterpret_cast<const std::byte*>(pickle.data());
  return read_pickle(Buffer::from({bytes, bytes + pickle.size()}));
}

TEST_SUITE("values of pickles") {
  TEST_CASE("parts that contradict each other are the file's mistake, and its class and place are named") {
    const Document document =
        parsed(pickled_dict({{"model", pickled_object("sklearn.svm._classes", "LinearSVC", {})}}) + ".");
    const Value model = document.root().items().front().second;
    const auto read = [&] { return model.within([]() -> int { throw std::out_of_range("row 3 of 2"); }); };
    CHECK_THROWS_WITH_AS(read(), doctest::Contains("sklearn.svm._classes.LinearSVC has parts that do not fit"),
                         Refusal);
    CHECK_THROWS_WITH_AS(read(), doctest::Contains("row 3 of 2"), Refusal);
    CHECK_THROWS_WITH_AS(read(), doctest::Contains("model"), Refusal);
  }
}

}  // namespace
}  // namespace nacre::tools::test
