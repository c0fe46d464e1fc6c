#include "tools/pickle/machine.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/models.hpp"
#include "tools/common/refusal.hpp"
#include "tools/pickle/describe.hpp"
#include "tools/pickle/read.hpp"

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

Buffer bytes_of(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return Buffer::from({data, data + text.size()});
}

/// Reads one pickle; returns the message of the refusal, empty where it is accepted.
std::string refusal_of(const std::string& pickle) {
  try {
    const Buffer source = bytes_of(pickle);
    Document document(source);
    document.set_root(Machine(document, source, 0, 0).run());
    (void)describe(document);
    return "";
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
}

TEST_SUITE("the pickle machine") {
  TEST_CASE("C1: a call is data: its names are kept, nothing is run") {
    const std::string pickle = "cos\nsystem\n(S'touch /tmp/nacre-was-here'\ntR."s;
    const Buffer source = bytes_of(pickle);
    Document document(source);
    document.set_root(Machine(document, source, 0, 0).run());
    const Value root = document.root();
    CHECK(root.class_name() == "os.system");
    CHECK(root.arguments().at(0).as_string() == "touch /tmp/nacre-was-here");
  }

  TEST_CASE("C1: what refers outside the file is refused") {
    CHECK(refusal_of("\x80\x02\x82\x01."s).find("extension registry") != std::string::npos);
    CHECK(refusal_of("Pid\n."s).find("persistent") != std::string::npos);
    CHECK(refusal_of("\x80\x05\x97."s).find("buffer") != std::string::npos);
  }

  TEST_CASE("C2: a million nested lists neither recurse nor grow without bound") {
    CHECK(refusal_of(std::string(1000000, ']') + "."s).empty());
    std::string nested;
    for (int i = 0; i < 1000000; ++i) nested += "(l";
    CHECK(refusal_of(nested + std::string(999999, 'a') + "."s).empty());
    CHECK(refusal_of(std::string(1000000, '(') + "."s).find("stack") != std::string::npos);
  }

  TEST_CASE("C2: a list that holds itself can be walked and forgotten") {
    CHECK(refusal_of("]q\x00h\x00"s + "a."s).empty());
  }

  TEST_CASE("C3: frames must hold whole opcodes and lie inside the file") {
    CHECK(refusal_of("\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN."s).find("frame") != std::string::npos);
    CHECK(refusal_of("\x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00J\x01\x00\x00\x00."s).find("frame") !=
          std::string::npos);
    CHECK(refusal_of("\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00N\x95\x01\x00\x00\x00\x00\x00\x00\x00N."s)
              .find("frame") != std::string::npos);
  }

  TEST_CASE("C3: every malformed opcode is named with its place") {
    CHECK(refusal_of("\x80\x06N."s).find("protocol") != std::string::npos);
    CHECK(refusal_of("N"s).find("STOP") != std::string::npos);
    CHECK(refusal_of("0."s).find("byte 0") != std::string::npos);
    CHECK(refusal_of("h\x05."s).find("before it is stored") != std::string::npos);
    CHECK(refusal_of("Nr\xff\xff\xff\xff."s).find("memo") != std::string::npos);
    CHECK(refusal_of("\x8b\xff\xff\xff\xff."s).find("negative") != std::string::npos);
    CHECK(refusal_of("\x8d\xff\xff\xff\xff\xff\xff\xff\x7f."s).find("ends inside") != std::string::npos);
    CHECK(refusal_of("X\x01\x00\x00\x00\xff."s).find("UTF-8") != std::string::npos);
    CHECK(refusal_of("\xff."s).find("no such opcode") != std::string::npos);
    CHECK(refusal_of("}Na."s).find("holds none") != std::string::npos);
    CHECK(refusal_of("(NK\x01K\x02"s + "d."s).find("without a value") != std::string::npos);
  }

  TEST_CASE("C3: a saved model cut or changed at any byte is read or refused, never more") {
    for (const char* name : {"protocol_0.pkl", "protocol_2.pkl", "protocol_5.pkl", "min_max_scaler.joblib"}) {
      const Buffer whole = Buffer::map_file(fixture(name));
      const std::string text(reinterpret_cast<const char*>(whole.data()), whole.size());
      unsigned refused = 0;
      for (std::size_t at = 0; at < text.size(); ++at) {
        refused += !refusal_of(text.substr(0, at)).empty();
        std::string changed = text;
        changed[at] = static_cast<char>(changed[at] ^ 0x55);
        (void)refusal_of(changed);
      }
      CHECK(refused == text.size());
    }
  }
}

TEST_SUITE("reading pickles") {
  TEST_CASE("a file that goes on after its pickle is refused") {
    CHECK_THROWS_AS(read_pickle(bytes_of("N.N."s)), Refusal);
    CHECK(read_pickle(bytes_of("N."s)).root().is_none());
  }

  TEST_CASE("C5: a stream that grows beyond the limit is refused") {
    // 'x' repeated: zlib of 64 KiB of zeros, by hand-chosen limits.
    const Buffer file = Buffer::map_file(fixture("compressed_zlib.joblib"));
    CHECK_NOTHROW(read_pickle(file));
    CHECK_THROWS_AS(read_pickle(file.slice(0, file.size() / 2)), Refusal);
  }

  TEST_CASE("text from a file cannot steer the terminal") { CHECK(escaped("\x1b[2J\"") == "\"\\x1b[2J\\\"\""); }
}

}  // namespace
}  // namespace nacre::tools::test
