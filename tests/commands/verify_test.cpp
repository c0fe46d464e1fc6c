#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools::test {
namespace {

struct Model {
  TemporaryFolder folder;
  std::string path = folder.file("m.nacre"), bytes;

  Model() {
    REQUIRE(nacre({"convert", fixture("pipeline.joblib"), "-o", path}).status == 0);
    bytes = read_file(path);
  }
  /// What verify says of the model with one byte changed.
  Outcome changed_at(std::size_t at) const {
    std::string other = bytes;
    other[at] = static_cast<char>(other[at] ^ 1);
    return nacre({"verify", write_file(folder.file("changed.nacre"), other)});
  }
};

TEST_SUITE("nacre verify") {
  TEST_CASE("a model as it was written is whole, valid and gives its golden vectors") {
    const Model model;
    const Outcome outcome = nacre({"verify", model.path});
    CHECK(outcome.status == 0);
    CHECK(outcome.out == model.path + ": whole, valid, golden vectors bit for bit\n");
    CHECK(nlohmann::json::parse(nacre({"verify", model.path, "--json"}).out) ==
          nlohmann::json{{"schema", "nacre-verify-1"}, {"ok", true}, {"complete", true}, {"golden_vectors", true},
                         {"signature", nullptr}});
  }

  TEST_CASE("a change in any section is found and placed, also in those that only people read") {
    const Model model;
    const ModelFile file(model.path);
    using Kind = schema::SectionKind;
    const auto within = [&](Kind kind) {
      return file.section(kind)->offset() + file.section(kind)->size() / 2;
    };
    struct Case {
      std::size_t at;
      const char* mention;
    };
    const Case cases[] = {
        {within(Kind::weights), "digest_mismatch"},
        {within(Kind::golden), "the bytes of the section golden have changed"},
        {within(Kind::description), "description"}};
    for (const Case& one : cases) {
      CAPTURE(one.mention);
      const Outcome outcome = model.changed_at(one.at);
      CHECK(outcome.status == 1);
      CHECK(outcome.out == "");
      CHECK(outcome.err.find("changed.nacre: byte ") != std::string::npos);
      CHECK(outcome.err.find(one.mention) != std::string::npos);
    }
  }

  TEST_CASE("a file of which any byte is changed is refused") {
    const TemporaryFolder folder;
    const std::string sound = folder.file("m.nacre"), changed = folder.file("changed.nacre");
    REQUIRE(nacre({"convert", fixture("linear.joblib"), "-o", sound}).status == 0);
    std::string bytes = read_file(sound);
    for (std::size_t at = 0; at < bytes.size(); ++at)
      for (const char change : {'\x01', '\x80'}) {
        CAPTURE(at);
        bytes[at] = static_cast<char>(bytes[at] ^ change);
        CHECK_THROWS_AS(verify_model({write_file(changed, bytes), {}, {}, false}), Refusal);
        bytes[at] = static_cast<char>(bytes[at] ^ change);
      }
  }

  TEST_CASE("a file without what only people read is valid, and said to be stripped") {
    const Model model;
    const std::size_t device_bytes = ModelFile(model.path).section(schema::SectionKind::golden)->offset();
    const std::string path = write_file(model.folder.file("stripped.nacre"), model.bytes.substr(0, device_bytes));
    CHECK(nacre({"verify", path}).out == path + ": stripped for a device, valid, no golden vectors\n");
    CHECK(nlohmann::json::parse(nacre({"verify", path, "--json"}).out) ==
          nlohmann::json{{"schema", "nacre-verify-1"}, {"ok", true}, {"complete", false}, {"golden_vectors", false},
                         {"signature", nullptr}});
  }

  TEST_CASE("a refusal of any command is told to a machine too") {
    const TemporaryFolder folder;
    const std::string file = write_file(folder.file("torch.bin"), "nothing");
    for (const std::vector<std::string>& command : {std::vector<std::string>{"inspect", file},
                                                    {"verify", file},
                                                    {"convert", file, "-o", folder.file("m.nacre")},
                                                    {"codegen", file, "-o", folder.file("code")}}) {
      CAPTURE(command[0]);
      std::vector<std::string> arguments = command;
      arguments.push_back("--json");
      const Outcome outcome = nacre(arguments);
      CHECK(outcome.status == 1);
      const auto report = nlohmann::json::parse(outcome.out);
      CHECK(report["ok"] == false);
      CHECK(report["file"] == file);
      CHECK(outcome.err == "nacre: " + file + ": " +
                               (report["where"] == "" ? "" : report["where"].get<std::string>() + ": ") +
                               report["what"].get<std::string>() + "; " + report["advice"].get<std::string>() + "\n");
    }
  }

  TEST_CASE("a failure is told to a machine too") {
    const Model model;
    const Outcome outcome =
        nacre({"verify", write_file(model.folder.file("cut.nacre"), model.bytes.substr(0, model.bytes.size() - 1)),
               "--json"});
    CHECK(outcome.status == 1);
    const auto report = nlohmann::json::parse(outcome.out);
    CHECK(report["ok"] == false);
    CHECK(report["what"].get<std::string>().find("truncated") != std::string::npos);
    CHECK(outcome.err.find("nacre: ") == 0);
  }

  TEST_CASE("other files are no models") {
    CHECK(nacre({"verify", fixture("pipeline.joblib")}).status == 1);
    CHECK(nacre({"verify", "/dev/null"}).status == 1);
  }
}

}  // namespace
}  // namespace nacre::tools::test
