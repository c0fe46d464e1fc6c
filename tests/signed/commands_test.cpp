// nacre keygen, sign, and verify --key.

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/signed/keys.hpp"
#include "tests/support/files.hpp"
#include "tests/support/models.hpp"
#include "tests/support/program.hpp"
#include "tools/commands/commands.hpp"
#include "tools/common/refusal.hpp"

namespace nacre::tools::test {
namespace {

/// A folder with the keys of RFC 8032, and models on request.
struct Desk {
  TemporaryFolder folder;
  std::string key = write("key.pem", texts_of(kFirstKey.secret).private_pem),
              known = write("key.pub.pem", texts_of(kFirstKey.secret).public_pem),
              other = write("other.pub.pem", texts_of(kSecondKey.secret).public_pem);

  std::string write(const std::string& name, const std::string& text) { return write_file(folder.file(name), text); }
  std::string model(const std::string& source) {
    const std::string path = folder.file("m.nacre");
    REQUIRE(nacre({"convert", fixture(source), "-o", path}).status == 0);
    return path;
  }
  std::string signed_model(const std::string& source) {
    const std::string path = model(source);
    REQUIRE(nacre({"sign", path, "--key", key, "--rollback", "7"}).status == 0);
    return path;
  }
};

const std::string kId = hexadecimal(kFirstKey.id);

}  // namespace

TEST_SUITE("nacre sign") {
  TEST_CASE("a key is made, signs a model, and its public half verifies it") {
    Desk desk;
    const std::string mine = desk.folder.file("mine.pem"), out = desk.folder.file("signed.nacre");
    const Outcome made = nacre({"keygen", "-o", mine});
    REQUIRE(made.status == 0);
    struct stat status {};
    REQUIRE(stat(mine.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    const std::string before = read_file(desk.model("pipeline.joblib"));
    const Outcome outcome = nacre({"sign", desk.folder.file("m.nacre"), "--key", mine, "-o", out});
    CHECK(outcome.err == "");
    REQUIRE(outcome.status == 0);
    CHECK(read_file(desk.folder.file("m.nacre")) == before);
    const std::string for_firmware = made.out.substr(made.out.find("for a firmware"));
    CHECK(outcome.out.substr(outcome.out.find("for a firmware")) == for_firmware);
    CHECK(nacre({"verify", out, "--key", desk.folder.file("mine.pub.pem")}).status == 0);
    CHECK(nacre({"verify", out, "--key", desk.known, "--key", mine}).status == 0);  // a private key has both halves
    CHECK(nacre({"verify", out, "--key", desk.known}).status == 1);
  }

  TEST_CASE("a key is never written over") {
    Desk desk;
    CHECK(nacre({"keygen", "-o", desk.key}).err.find("a key that is written over is lost") != std::string::npos);
    desk.write("a.pub.pem", "mine");
    CHECK(nacre({"keygen", "-o", desk.folder.file("a.pem")}).status == 1);
    CHECK_FALSE(std::filesystem::exists(desk.folder.file("a.pem")));
  }

  TEST_CASE("inspect and verify say by which key a file is signed, and whether that was checked") {
    Desk desk;
    const std::string path = desk.signed_model("linear.joblib");
    const auto report = inspected(path);
    CHECK(report["signature"]["key"] == kId);
    CHECK(report["rollback"] == 7);
    CHECK(nacre({"inspect", path}).out.find("signed   by " + kId + " (not checked") != std::string::npos);
    CHECK(nacre({"verify", path}).out == path + ": whole, valid, golden vectors bit for bit, signed by " + kId +
                                             " (rollback 7; not checked: give its public key as --key)\n");
    CHECK(nacre({"verify", path, "--key", desk.known}).out ==
          path + ": whole, valid, golden vectors bit for bit, signed by " + kId + " (rollback 7)\n");
    const auto verified = nlohmann::json::parse(nacre({"verify", path, "--key", desk.known, "--json"}).out);
    CHECK(verified["signature"] == nlohmann::json{{"key", kId}, {"rollback", 7}, {"checked", true}});
  }

  TEST_CASE("models of any kind are what they were when they are signed") {
    for (const char* source : {"small_int8.tflite", "conv_net.h5", "sequence.keras", "label_encoder.joblib"}) {
      CAPTURE(source);
      Desk desk;
      const std::string path = desk.signed_model(source);
      CHECK(nacre({"verify", path, "--key", desk.known}).status == 0);
      CHECK(nacre({"diff", fixture(source), path}).status == 0);
      CHECK(nacre_replay({path, "-o", desk.folder.file("y.npy")}).status == 0);
    }
  }

  TEST_CASE("L13: a signed file of which any byte is changed is refused") {
    Desk desk;
    std::string bytes = read_file(desk.signed_model("linear.joblib"));
    const std::string changed = desk.folder.file("changed.nacre");
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      CAPTURE(at);
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
      CHECK_THROWS_AS(verify_model({write_file(changed, bytes), {desk.known}, {}, false}), Refusal);
      bytes[at] = static_cast<char>(bytes[at] ^ 1);
    }
    CHECK(nacre({"verify", write_file(changed, bytes), "--key", desk.known}).status == 0);
  }

  TEST_CASE("a model is signed for big-endian processors beside the one that this machine reads") {
    Desk desk;
    const std::string path = desk.signed_model("pipeline.joblib"), before = read_file(path),
                      big = desk.folder.file("big.nacre");
    const Outcome made = nacre({"sign", path, "--key", desk.key, "--byte-order", "big", "-o", big});
    CHECK(made.out.starts_with(big + ": signed with " + kId + ", rollback 7\n"));
    CHECK(nacre({"verify", big}).err.find("other_byte_order") != std::string::npos);
    CHECK(nacre({"sign", path, "--key", desk.key, "--byte-order", "big"}).err.find("-o") != std::string::npos);
    CHECK(read_file(path) == before);
  }

  TEST_CASE("a model that is packed for a little-endian processor is not signed for a big-endian one") {
    Desk desk;
    const std::string path = desk.folder.file("m.nacre"), big = desk.folder.file("big.nacre");
    REQUIRE(nacre({"convert", fixture("small_int8.tflite"), "--target", "cortex-m4", "-o", path}).status == 0);
    CHECK(nacre({"sign", path, "--key", desk.key, "--byte-order", "big", "-o", big}).err.find("little-endian") !=
          std::string::npos);
    CHECK_FALSE(std::filesystem::exists(big));
  }

  TEST_CASE("what is not signed, or by another, is refused with the way out") {
    Desk desk;
    const std::string path = desk.model("linear.joblib");
    CHECK(nacre({"verify", path, "--key", desk.known}).err ==
          "nacre: " + path + ": it is not signed; sign it with nacre sign, or leave --key out\n");
    REQUIRE(nacre({"sign", path, "--key", desk.key}).status == 0);
    CHECK(nacre({"verify", path, "--key", desk.other}).err.find("signed with the key " + kId) != std::string::npos);
    CHECK(nacre({"verify", path, "--key", path}).err.find("no public key of Ed25519") != std::string::npos);
    CHECK(nacre({"sign", path, "--key", desk.known}).err.find("no private key of Ed25519") != std::string::npos);
    CHECK(nacre({"sign", path, "--key", desk.key, "-o", path}).status == 1);
  }

  TEST_CASE("a damaged file and one that was cut are not signed") {
    Desk desk;
    std::string bytes = read_file(desk.model("linear.joblib"));
    const std::string path = desk.folder.file("damaged.nacre");
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    CHECK(nacre({"sign", write_file(path, bytes), "--key", desk.key}).status == 1);
    bytes.resize(schema::GetModel(bytes.data())->sections()->Get(1)->offset());
    CHECK(nacre({"sign", write_file(path, bytes), "--key", desk.key}).err.find("a part of the file was cut off") !=
          std::string::npos);
    CHECK(read_file(path) == bytes);
  }

  TEST_CASE("signing is deterministic, again changes nothing, and another counter does") {
    Desk desk;
    const std::string path = desk.signed_model("pipeline.joblib"), once = read_file(path);
    REQUIRE(nacre({"sign", path, "--key", desk.key}).status == 0);
    CHECK(read_file(path) == once);
    REQUIRE(nacre({"sign", path, "--key", desk.key, "--rollback", "8"}).status == 0);
    CHECK(read_file(path).size() == once.size());
    CHECK(inspected(path)["rollback"] == 8);
  }
}

}  // namespace nacre::tools::test
