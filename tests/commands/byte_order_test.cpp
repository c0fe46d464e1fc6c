#include <doctest/doctest.h>

#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("nacre convert --byte-order") {
  TEST_CASE("a file for big-endian processors is refused by name on this machine") {
    const TemporaryFolder folder;
    const std::string model = fixture("pipeline.joblib"), big = folder.file("big.nacre");
    const Outcome outcome = nacre({"convert", model, "--byte-order", "big", "-o", big});
    CHECK(outcome.err == "");
    REQUIRE(outcome.status == 0);
    const Outcome verified = nacre({"verify", big});
    CHECK(verified.status == 1);
    CHECK(verified.err.find("other_byte_order") != std::string::npos);
    const Outcome replayed = nacre_replay({big, "--input", fixture("pipeline.in.npy"), "-o", folder.file("y.npy")});
    CHECK(replayed.status == 1);
    CHECK(replayed.err.find("other_byte_order") != std::string::npos);
  }

  TEST_CASE("weights packed for a little-endian processor are refused for big-endian ones") {
    const TemporaryFolder folder;
    const Outcome outcome = nacre({"convert", fixture("causal_int8.tflite"), "--target", "cortex-m4", "--byte-order",
                                   "big", "-o", folder.file("m.nacre")});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("cortex-m4 is little-endian; leave out --byte-order big, or --target") != std::string::npos);
    CHECK(folder.names().empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
