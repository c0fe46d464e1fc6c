#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

namespace nacre::tools::test {
namespace {

TEST_SUITE("nacre bench") {
  TEST_CASE("each layer has its time and its share, and they are as many as inspect shows") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("conv_net.h5"), "-o", file}).status == 0);
    for (const char* kernels : {"native", "reference"}) {
      const auto report =
          nlohmann::json::parse(nacre({"bench", file, "--seconds", "0", "--kernels", kernels, "--json"}).out);
      CHECK(report["runs"] == 11);
      CHECK(report["seconds"] > 0);
      CHECK(report["layers"].size() == inspected(file)["layers"].size());
      double shares = 0;
      for (const auto& layer : report["layers"]) shares += layer["share"].get<double>();
      CHECK(report["seconds_a_row_of_64"] > 0);
      CHECK(report["peak"].size() == 3);
      CHECK(shares == doctest::Approx(1));
    }
    CHECK(nacre({"bench", file, "--seconds", "0"}).out.find("one run:") != std::string::npos);
  }

  TEST_CASE("each layer has a bar, the longest of 20 cells") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("pipeline.joblib"), "-o", file}).status == 0);
    std::string cells;
    for (int i = 0; i < 20; ++i) cells += "█";
    const Outcome outcome = nacre({"bench", file, "--seconds", "0"});
    CHECK(outcome.out.find("  " + cells + "\n") != std::string::npos);
    CHECK(outcome.out.find(cells + "█") == std::string::npos);
  }

  TEST_CASE("instructions of a Cortex-M4 are counted, the same each time, layer by layer") {
    for (const char* tool : {"arm-none-eabi-g++", "qemu-system-arm"})
      try {
        REQUIRE(run_program({tool, "--version"}).status == 0);
      } catch (const std::runtime_error&) {
        MESSAGE("skipped: there is no ", tool);
        return;
      }
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("small_int8.tflite"), "--target", "cortex-m4", "-o", file}).status == 0);
    const Outcome outcome = nacre({"bench", file, "--target", "cortex-m4", "--json"});
    CHECK(outcome.err == "");
    const auto report = nlohmann::json::parse(outcome.out);
    CHECK(report["layers"].size() == inspected(file)["layers"].size());
    CHECK(report["startup_instructions"] > 1000);
    CHECK(report["flash_model_bytes"] == read_file(file).size());
    std::uint64_t sum = 0;
    for (const auto& layer : report["layers"]) sum += layer["instructions"].get<std::uint64_t>();
    CHECK(report["instructions"] <= sum);
    CHECK(report["instructions"] > sum * 9 / 10);
    CHECK(nlohmann::json::parse(nacre({"bench", file, "--target", "cortex-m4", "--json"}).out) == report);
    const Outcome missing =
        run_program({"/usr/bin/env", "PATH=/nowhere", nacre_program(), "bench", file, "--target", "cortex-m4"});
    CHECK(missing.status == 1);
    CHECK(missing.err.find("arm-none-eabi-g++ is not installed, which --target needs; install it") !=
          std::string::npos);
  }

  TEST_CASE("each emulated Cortex-M counts a run, loading and each layer") {
    if (run_program({"sh", "-c", "command -v arm-none-eabi-g++ && command -v qemu-system-arm"}).status != 0) {
      MESSAGE("skipped: there is no arm-none-eabi-g++ or no qemu-system-arm");
      return;
    }
    const TemporaryFolder folder;
    for (const std::string target : {"cortex-m0", "cortex-m3", "cortex-m7", "cortex-m33", "cortex-m55"}) {
      CAPTURE(target);
      const std::string file = folder.file(target + ".nacre");
      REQUIRE(nacre({"convert", fixture("linear.joblib"), "--target", target, "-o", file}).status == 0);
      const Outcome outcome = nacre({"bench", file, "--target", target, "--json"});
      REQUIRE(outcome.err == "");
      const auto report = nlohmann::json::parse(outcome.out);
      CHECK(report["target"] == target);
      CHECK(report["emulated_as"].is_null() == (target != "cortex-m0"));
      CHECK(report["instructions"] > 100);
      CHECK(report["startup_instructions"] > 1000);
      CHECK(report["layers"].size() == inspected(file)["layers"].size());
    }
  }

  TEST_CASE("a processor that is not emulated, or lacks the model's instructions, is refused with the way out") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("small_int8.tflite"), "--target", "cortex-m4", "-o", file}).status == 0);
    const auto refused = [&](const char* target) {
      const Outcome outcome = nacre({"bench", file, "--target", target});
      CHECK(outcome.status == 1);
      return outcome.err;
    };
    CHECK(refused("cortex-m85").find("not counted by emulation; count those of cortex-m55") != std::string::npos);
    CHECK(refused("aarch64").find("nacre bench, without --target") != std::string::npos);
    CHECK(refused("cortex-m3").find("has kernels for instructions that cortex-m3 lacks (dsp::") != std::string::npos);
    CHECK(refused("rv32imc").find("--target rv32imc") != std::string::npos);
    CHECK(nacre({"bench", file, "--target", "cortex-m1"}).status == 2);
  }

  TEST_CASE("two models are compared layer by layer, and as a whole") {
    const TemporaryFolder folder;
    const std::string a = folder.file("a.nacre"), b = folder.file("b.nacre");
    REQUIRE(nacre({"convert", fixture("conv_net.h5"), "-o", a}).status == 0);
    REQUIRE(nacre({"convert", fixture("pipeline.joblib"), "-o", b}).status == 0);
    const Outcome text = nacre({"bench", a, b, "--seconds", "0"});
    CHECK(text.status == 0);
    CHECK(text.out.find("B takes ") != std::string::npos);
    CHECK(text.out.find(b + ", one run: ") != std::string::npos);
    const auto report = nlohmann::json::parse(nacre({"bench", a, b, "--seconds", "0", "--json"}).out);
    REQUIRE(report["models"].size() == 2);
    CHECK(report["models"][1]["model"] == b);
    CHECK(report["ratio"] == doctest::Approx(report["models"][1]["seconds"].get<double>() /
                                             report["models"][0]["seconds"].get<double>()));
    CHECK(nacre({"bench", a, b, a}).status == 2);
    CHECK(nacre({"bench", a, b, "--device", "/dev/no-such-port"}).status == 2);
    const Outcome missing = nacre({"bench", a, folder.file("missing.nacre")});
    CHECK(missing.status == 1);
    CHECK(missing.err.find("missing.nacre") != std::string::npos);
  }

  TEST_CASE("the reference kernels use no vectors, and so have no peak") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("conv_net.h5"), "-o", file}).status == 0);
    const auto report =
        nlohmann::json::parse(nacre({"bench", file, "--seconds", "0", "--kernels", "reference", "--json"}).out);
    CHECK(report["peak"]["float32"] == 0);
    for (const auto& layer : report["layers"]) {
      CHECK(layer["share_of_peak"] == 0);
      CHECK(layer["share_of_reads"] == 0);
    }
  }

  TEST_CASE("a model that takes no made-up rows is refused, with the way to measure it") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture("label_encoder.joblib"), "-o", file}).status == 0);
    const Outcome outcome = nacre({"bench", file, "--seconds", "0"});
    CHECK(outcome.status == 1);
    CHECK(outcome.err.find("a row of made-up numbers is refused") != std::string::npos);
  }

  TEST_CASE("kernels that this machine lacks are wrong usage") {
    CHECK(nacre({"bench", fixture("missing.nacre"), "--kernels", "abacus"}).status == 2);
  }
}

}  // namespace
}  // namespace nacre::tools::test
