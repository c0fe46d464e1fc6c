#include <doctest/doctest.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"

// Each call that can fail fails once, and from then on (tests/faults/preload.c). Numbers grow by a third from one trial
// to the next; NACRE_EVERY_FAULT=1 in the environment tries all.

namespace nacre::tools::test {
namespace {

using Files = std::map<std::string, std::string>;

Files files_below(const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files[entry.path().string().substr(folder.size())] = read_file(entry.path().string());
  return files;
}

struct Trial {
  bool failed;  ///< a call did
  Outcome outcome;
  Files files;
};

/// Runs nacre, whose arguments may name OUT, a folder of its own, while `fault` is on.
Trial try_fault(const std::string& fault, std::vector<std::string> arguments) {
  const TemporaryFolder folder, told;
  for (std::string& argument : arguments)
    if (argument.starts_with("OUT/")) argument = folder.file(argument.substr(4));
  // Descriptor 9 is where the preloaded library tells.
  std::vector<std::string> command = {"/bin/sh", "-c", "exec 9>\"$0\"; exec \"$@\"", told.file("told"), "env"};
  command.insert(command.end(), {"LD_PRELOAD=" NACRE_FAULTS, "NACRE_FAULT=" + fault, nacre_program()});
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run_program(command);
  return {!read_file(told.file("told")).empty(), outcome, files_below(folder.file(""))};
}

/// Whatever fails, the command does all of its work, or ends with a message and leaves nothing behind.
/// From one trial to the next the number grows by no more than `most_step`.
void check_all_or_nothing(const std::vector<std::string>& arguments, const std::vector<std::string>& calls,
                          long most_step = LONG_MAX) {
  const Files whole = try_fault("none 1", arguments).files;
  REQUIRE((!whole.empty() || arguments[0] != "convert"));
  const bool every = std::getenv("NACRE_EVERY_FAULT") != nullptr;
  for (const std::string& call : calls)
    for (const char* later : {"", "+"})
      for (long n = 1;; n += every ? 1 : std::min(1 + n / 3, most_step)) {
        const std::string fault = call + " " + std::to_string(n) + later;
        CAPTURE(arguments[1]);
        CAPTURE(fault);
        const Trial trial = try_fault(fault, arguments);
        if (!trial.failed) break;
        CAPTURE(trial.outcome.err);
        if (trial.outcome.status == 0) {
          CHECK(trial.files == whole);
          continue;
        }
        CHECK(trial.outcome.status == 1);
        CHECK(("\n" + trial.outcome.err).find("\nnacre: ") != std::string::npos);  // libhdf5 may have said more
        for (const char* judgement : {"defect", "is not what was signed", "it is no "})
          CHECK(trial.outcome.err.find(judgement) == std::string::npos);
        if (call != "rename") CHECK(trial.files.empty());
        for (const auto& [name, content] : trial.files) CHECK(whole.at(name) == content);  // what is there is whole
      }
}

TEST_SUITE("faults") {
  TEST_CASE("C13: a conversion to which any allocation is refused ends with a message and no file") {
    for (const char* model : {"linear.joblib", "forest.pkl", "keras_1_gru_gpu.h5", "quantized.keras",
                              "small_float.tflite", "onnx/first.onnx", "boosters/linear.ubj", "boosters/text.cbm",
                              "boosters/dart.json", "boosters/none.txt", "skops/kept.skops"})
      check_all_or_nothing({"convert", fixture(model), "-o", "OUT/model.nacre"}, {"malloc"});
  }

  TEST_CASE("C13: so does every command, whichever call fails") {
    const TemporaryFolder folder;
    const std::string model = folder.file("model.nacre");
    REQUIRE(nacre({"convert", fixture("pipeline.joblib"), "-o", model}).status == 0);
    const std::vector<std::string> calls = {"malloc", "open", "read",    "mmap",  "memfd_create",
                                            "fork",   "write", "mkstemp", "fsync", "rename"};
    check_all_or_nothing({"run", model, "--input", fixture("pipeline.in.npy"), "-o", "OUT/rows.csv"}, calls);
    check_all_or_nothing({"codegen", model, "--standalone", "--package", "arduino", "-o", "OUT/code"}, calls);
    check_all_or_nothing({"report", model, "-o", "OUT/report.html"}, calls);
    check_all_or_nothing({"export", model, "-o", "OUT/model.onnx"}, calls);
    check_all_or_nothing({"inspect", model, "--json"}, calls);
    check_all_or_nothing({"verify", model}, calls);
    const std::string key = folder.file("key.pem"), signed_model = folder.file("signed.nacre");
    REQUIRE(nacre({"keygen", "-o", key}).status == 0);
    REQUIRE(nacre({"sign", model, "--key", key, "-o", signed_model}).status == 0);
    constexpr long kClose = 61;  // OpenSSL's allocations lie close to each other
    check_all_or_nothing({"sign", model, "--key", key, "-o", "OUT/signed.nacre"}, calls, kClose);
    check_all_or_nothing({"verify", signed_model, "--key", folder.file("key.pub.pem")}, calls, kClose);
    const std::vector<std::string> system_calls(calls.begin() + 1, calls.end());
    check_all_or_nothing({"convert", fixture("keras_1_gru_gpu.h5"), "-o", "OUT/model.nacre"}, system_calls);
  }

  TEST_CASE("C13: a file that becomes shorter while it is read is an error") {
    const TemporaryFolder folder;
    for (const char* name : {"linear.joblib", "small_float.tflite", "boosters/dart.json"}) {
      CAPTURE(name);
      const std::string model = write_file(folder.file("model"), read_file(fixture(name)));
      const Trial trial = try_fault("shrink 1", {"convert", model, "-o", "OUT/model.nacre"});
      CHECK(trial.failed);
      CHECK(trial.outcome.status == 1);
      CHECK(trial.outcome.err.starts_with("nacre: a file cannot be read any more, or became shorter"));
      CHECK(trial.files.empty());
    }
  }

  TEST_CASE("C13: a child that is killed refuses the HDF5 file that it read") {
    const Trial trial = try_fault("kill 1", {"convert", fixture("keras_1_gru_gpu.h5"), "-o", "OUT/model.nacre"});
    CHECK(trial.failed);
    CHECK(trial.outcome.status == 1);
    CHECK(trial.outcome.err.find("the library crashed on it, or would not end") != std::string::npos);
    CHECK(trial.files.empty());
  }

  TEST_CASE("C13: Ctrl-C while a file is written leaves none") {
    constexpr int kInterrupted = 130;
    const Trial trial = try_fault("interrupt 1", {"convert", fixture("linear.joblib"), "-o", "OUT/model.nacre"});
    CHECK(trial.failed);
    CHECK(trial.outcome.status == kInterrupted);
    CHECK(trial.files.empty());
  }
}

}  // namespace
}  // namespace nacre::tools::test
