#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tools/codegen/boards.hpp"
#include "tools/pack/target.hpp"

namespace nacre::tools::test {
namespace {

using Json = nlohmann::json;

Json fits(const std::vector<std::string>& options, int status = 0) {
  std::vector<std::string> arguments = {"inspect", "--json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome outcome = nacre(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.status == status);
  return Json::parse(outcome.out)["fits"];
}

TEST_SUITE("nacre inspect --board") {
  TEST_CASE("boards have names of their own, in order, a processor, sizes, a clock and a source") {
    std::vector<std::string> names;
    const std::vector<std::string> targets = target_names();
    for (const Board& board : boards()) {
      CAPTURE(board.name);
      names.push_back(board.name);
      CHECK((board.core == "xtensa" || std::ranges::find(targets, board.core) != targets.end()));
      CHECK(board.flash >= 64 << 10);
      CHECK(board.ram >= 8 << 10);
      CHECK(board.mhz >= 16);
      CHECK(board.source.size() > 10);
    }
    CHECK(std::ranges::is_sorted(names));
    CHECK(std::set(names.begin(), names.end()).size() == names.size());
    CHECK(names.size() >= 25);
  }

  TEST_CASE("sizes are bytes, or have a unit of 1024") {
    CHECK(size_of_text("512K") == 512 << 10);
    CHECK(size_of_text("2M") == 2 << 20);
    CHECK(size_of_text("128KiB") == 128 << 10);
    CHECK(size_of_text("1000") == 1000);
    for (const char* wrong : {"", "K", "-1", "1.5M", "12G", "99999999999999999999"}) CHECK(size_of_text(wrong) == 0);
  }

  TEST_CASE("a model fits, or does not by a number of bytes and ends with status 1") {
    const Json fit = fits({fixture("small_int8.tflite"), "--board", "stm32f411"})[0];
    CHECK(fit["fits"] == true);
    CHECK(fit["problems"].empty());
    CHECK(fit["flash"]["needed_bytes"] ==
          fit["flash"]["code_bytes"].get<int>() + fit["flash"]["model_bytes"].get<int>());
    CHECK(fit["ram"]["needed_bytes"] == fit["ram"]["memory_bytes"].get<int>() + fit["ram"]["stack_bytes"].get<int>());
    CHECK(fit["ram"]["available_bytes"] == 128 << 10);
    CHECK(fit["peak"]["bytes"].get<int>() > 0);

    const std::vector<std::string> small = {fixture("small_int8.tflite"), "--flash", "16K", "--ram", "1000"};
    const Json refused = fits(small, 1)[0];
    CHECK(refused["fits"] == false);
    CHECK(refused["problems"].size() == 2);
    const int missing = refused["ram"]["needed_bytes"].get<int>() - 1000;
    const Outcome outcome =
        nacre({"inspect", fixture("small_int8.tflite"), "--flash", "1M", "--ram", "1000"});
    CHECK(outcome.status == 1);
    CHECK(outcome.out.find("does not fit\n") != std::string::npos);
    CHECK(outcome.err.find("RAM is " + (missing < 1024 ? std::to_string(missing) + " B" : "")) != std::string::npos);
  }

  TEST_CASE("a Nacre file is judged as it is, a saved model as it would be for that processor") {
    const TemporaryFolder folder;
    const std::string file = folder.file("m.nacre"), saved = fixture("small_int8.tflite");
    REQUIRE(nacre({"convert", saved, "-o", file, "--target", "cortex-m4"}).status == 0);
    Json of_file = fits({file, "--board", "stm32f411"}), of_saved = fits({saved, "--board", "stm32f411"});
    of_file[0].erase("target"), of_saved[0].erase("target");
    CHECK(of_file == of_saved);
    // Its code for the DSP instructions is larger than what a Cortex-M0 would have.
    CHECK(fits({file, "--board", "rp2040"})[0]["flash"]["code_bytes"] >
          fits({saved, "--board", "rp2040"})[0]["flash"]["code_bytes"]);
  }

  TEST_CASE("all boards are listed, and where a processor has no figures it is not said to fit") {
    const Json all = fits({fixture("linear.joblib"), "--all-boards"});
    CHECK(all.size() == boards().size());
    for (const Json& fit : all) CHECK((fit["core"] == "xtensa" ? fit["fits"].is_null() : fit["fits"] == true));
    CHECK(nacre({"inspect", fixture("linear.joblib"), "--all-boards"}).out.find("esp32-s3") != std::string::npos);
  }

  TEST_CASE("time is cycles over the clock, of the processor or of one like it that was measured") {
    const std::vector<std::string> sizes = {"--flash", "1M", "--ram", "256K"};
    const auto time_of = [&](std::vector<std::string> more) {
      std::vector<std::string> arguments = {fixture("small_int8.tflite")};
      arguments.insert(arguments.end(), sizes.begin(), sizes.end());
      arguments.insert(arguments.end(), more.begin(), more.end());
      return fits(arguments)[0]["time"];
    };
    const Json slow = time_of({"--mhz", "50"}), fast = time_of({"--mhz", "100"});
    CHECK(slow["milliseconds"].get<double>() == doctest::Approx(2 * fast["milliseconds"].get<double>()));
    CHECK(fast["milliseconds"].get<double>() == doctest::Approx(fast["cycles"].get<double>() / 1e5).epsilon(0.001));
    CHECK(fast["cycles"].get<double>() > fast["instructions"].get<double>());
    CHECK(fast["unknown_kernels"].empty());
    CHECK(fast["most_instructions"].get<double>() >= fast["instructions"].get<double>());
    CHECK(time_of({})["milliseconds"].is_null());
    CHECK(time_of({"--target", "rv32imc", "--mhz", "48"})["measured_on"] == "rv32imc");
    CHECK(time_of({"--target", "cortex-m7", "--mhz", "48"})["measured_on"] == "cortex-m4");
    const Json without_fpu = time_of({"--target", "cortex-m0", "--mhz", "100"});
    CHECK(without_fpu["cycles"].get<double>() > fast["cycles"].get<double>());
    // 66,926 cycles were counted (benchmarks/layers).
    CHECK(fast["cycles"].get<double>() == doctest::Approx(66926).epsilon(0.2));
  }

  TEST_CASE("an unknown board is answered by the one that was meant, and by all there are") {
    const auto said = [](const std::string& name) {
      const Outcome outcome = nacre({"inspect", fixture("linear.joblib"), "--board", name});
      CHECK(outcome.status == 2);
      CHECK(outcome.err.find("nrf5340") != std::string::npos);
      return outcome.err;
    };
    CHECK(said("stm32f411re").find("did you mean stm32f411?") != std::string::npos);
    CHECK(said("smt32f411").find("did you mean stm32f411?") != std::string::npos);
    CHECK(said("pico").find("did you mean raspberry-pi-pico?") != std::string::npos);
    CHECK(said("commodore").find("did you mean") == std::string::npos);
    CHECK(said("pico").find("pico? choose among") != std::string::npos);
    CHECK(nacre({"inspect", fixture("linear.joblib"), "--board", "STM32F411"}).status == 0);
    CHECK(nacre({"inspect", fixture("linear.joblib"), "--flash", "1M"}).status == 2);
    CHECK(nacre({"inspect", fixture("linear.joblib"), "--flash", "1Q", "--ram", "1K"}).err.find("is no size") !=
          std::string::npos);
    CHECK(nacre({"inspect", fixture("linear.joblib"), "--board", "rp2040", "--ram", "1K"}).status == 2);
  }

  TEST_CASE("a saved model fits as converted for the board's processor, which the report says; a Nacre file as it is") {
    const TemporaryFolder folder;
    const std::string saved = fixture("conv_net.h5"), file = folder.file("m.nacre");
    CHECK(fits({saved, "--board", "blue-pill"})[0]["target"] == "cortex-m3");
    CHECK(fits({saved, "--board", "esp32"})[0]["target"] == "portable");
    CHECK(nacre({"inspect", saved, "--board", "blue-pill"}).out.find("--target cortex-m3") != std::string::npos);
    CHECK(nacre({"inspect", saved, "--all-boards"}).out.find("--target CORE") != std::string::npos);
    REQUIRE(nacre({"convert", saved, "-o", file}).status == 0);
    CHECK(fits({file, "--board", "blue-pill"})[0]["target"].is_null());
    CHECK(nacre({"inspect", file, "--board", "blue-pill"}).out.find("--target") == std::string::npos);
  }
}

}  // namespace
}  // namespace nacre::tools::test
