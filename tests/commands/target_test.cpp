#include <doctest/doctest.h>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tests/support/real_models.hpp"
#include "tools/pack/target.hpp"

// Files for other processors, which this machine verifies and runs all the same.

namespace nacre::tools::test {
namespace {

/// What `nacre-replay` predicts by a conversion for the target.
std::string predictions(const TemporaryFolder& folder, const std::string& saved, const std::string& target,
                        const std::string& rows) {
  const std::string model = folder.file(target + ".nacre"), answers = folder.file(target + ".npy");
  const Outcome converted = nacre({"convert", saved, "--target", target, "-o", model});
  CHECK(converted.err == "");
  REQUIRE(converted.status == 0);
  CHECK(nacre({"verify", model}).status == 0);
  REQUIRE(nacre_replay({model, "--input", rows, "-o", answers}).status == 0);
  return read_file(answers);
}

/// The whole block that a file needs.
unsigned long memory_of(const std::string& file) {
  const std::string text = nacre({"inspect", file}).out;
  return std::stoul(text.substr(text.find("ram_bytes") + 9));
}

TEST_SUITE("nacre convert --target") {
  TEST_CASE("a file for any target predicts with the same bits") {
    const TemporaryFolder folder;
    const std::string saved = fixture("residual_int8.tflite"), rows = fixture("residual_int8.in.npy");
    const std::string expected = predictions(folder, saved, "portable", rows);
    for (const std::string& target : target_names()) {
      CAPTURE(target);
      if (target != "portable") CHECK(predictions(folder, saved, target, rows) == expected);
    }
  }

  TEST_CASE("a processor with little memory gets fused layers, whether it has kernels of its own or not") {
    const std::string models = real_models_folder();
    if (models.empty()) {
      MESSAGE("skipped: the real models are not in ../shared/models");
      return;
    }
    const TemporaryFolder folder;
    const std::string saved = models + "/keyword_int8.tflite", rows = models + "/golden/keyword_int8_ramp_in.npy";
    const std::string expected = predictions(folder, saved, "portable", rows);
    for (const std::string target : {"cortex-m0", "cortex-m3", "rv32imc", "cortex-m4"}) {
      CAPTURE(target);
      CHECK(predictions(folder, saved, target, rows) == expected);
      CHECK(3 * memory_of(folder.file(target + ".nacre")) < 2 * memory_of(folder.file("portable.nacre")));
      CHECK(nacre({"diff", saved, folder.file(target + ".nacre")}).status == 0);
    }
  }

  TEST_CASE("an unknown target is refused with those that there are") {
    const TemporaryFolder folder;
    const Outcome outcome = nacre({"convert", fixture("residual_int8.tflite"), "--target", "cortex-m1", "-o",
                                   folder.file("m.nacre")});
    CHECK(outcome.status == 2);
    for (const std::string& target : target_names()) CHECK(outcome.err.find(target) != std::string::npos);
    CHECK(folder.names().empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
