#include "tools/format/format.hpp"

#include <doctest/doctest.h>

#include <set>

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

const std::string kHdf5 = "\x89HDF\r\n\x1a\n";

Format format_of(const std::string& bytes) { return recognise(std::as_bytes(std::span(bytes))); }

/// A field of a protobuf message with a number below 16, or a larger one in two bytes.
std::string field(unsigned number, const std::string& content) {
  std::string tag(1, static_cast<char>((number << 3 | 2) & 0x7f));
  if (number >= 16) tag[0] |= static_cast<char>(0x80), tag += static_cast<char>(number >> 4);
  return tag + static_cast<char>(content.size()) + content;
}

TEST_SUITE("formats") {
  TEST_CASE("every format has a name of its own, and a way out where it is not read") {
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(Format::unknown); ++i) {
      const auto format = static_cast<Format>(i);
      CAPTURE(describe(format));
      CHECK(names.insert(describe(format)).second);
      CHECK((is_read(format) || format == Format::compressed || way_out(format)[0] != 0));
    }
  }

  TEST_CASE("files are told by their first bytes") {
    CHECK(format_of("") == Format::empty);
    CHECK(format_of("\x80\4\x95"s) == Format::pickle);
    CHECK(format_of(kHdf5 + "rest") == Format::hdf5);
    CHECK(format_of("\x1c\0\0\0TFL3"s) == Format::tflite);
    CHECK(format_of("\x20\0\0\0ET12"s) == Format::executorch);
    CHECK(format_of("BZh91AY") == Format::compressed);
    CHECK(format_of("binf\0\0"s) == Format::xgboost_binary);
    CHECK(format_of("bs64\tAAAA") == Format::xgboost_base64);
    CHECK(format_of("\x28\xb5\x2f\xfd\x04"s) == Format::other_compression);
    CHECK(format_of("RDX2\nX\n") == Format::r_data);
    CHECK(format_of("A\n3\n263424\n") == Format::r_data);
    CHECK(format_of("\xac\xed\0\5sr"s) == Format::java_object);
    CHECK(format_of("\x10\0\0\0\0\0\0\0{\"a\":{}}"s) == Format::safetensors);
    CHECK(format_of("\1\2\3\4\5\6\7\x18\x19"s) == Format::unknown);
  }

  TEST_CASE("an HDF5 file begins after a user block of any text") {
    CHECK(format_of(std::string(512, '#') + kHdf5) == Format::hdf5);
    CHECK(format_of(std::string(2048, '\0') + kHdf5) == Format::hdf5);
    CHECK(format_of(std::string(1536, '#') + kHdf5) == Format::unknown);
  }

  TEST_CASE("an archive is an archive, wherever in it an HDF5 file lies") {
    // The weights of a .keras file are stored as they are: where they begin depends on the length of its configuration.
    for (const std::size_t at : {512u, 1000u, 1024u, 4096u}) {
      std::string archive = "PK\x03\x04";
      archive.resize(at, '\0');
      CHECK(format_of(archive + kHdf5) == Format::zip);
    }
  }

  TEST_CASE("pickles of protocols 0 and 1 are known, whole or cut short, and texts are not taken for them") {
    for (const std::string& pickle : {"ccopy_reg\n_reconstructor\np0\n(csk"s, "csklearn.svm\r\nSVC\r\n"s,
                                      "(dp0\nS'a'\n"s, "(lp1\n."s, "I12\n."s, "F0.5\n."s, "S'a'\np0\n."s, "Va\np0\n."s,
                                      "K\5."s, "]q\0."s, "}q\0(K\1K\2u."s, "N."s, "(\x80\2ios\nsystem\n."s}) {
      CAPTURE(pickle);
      CHECK(format_of(pickle) == Format::pickle);
    }
    for (const char* text : {"I am a text.", "Not found.\nTry again.", "Notes.", "Length,Width\n1,2.", "classes: 3\n",
                             "colour\n", "x y\n1 2\n", "BZh is a text", "Version 1\nof it."}) {
      CAPTURE(text);
      CHECK(format_of(text) == Format::text);
    }
  }

  TEST_CASE("JSON is told by the names at its top, however it is spaced and wherever it ends") {
    CHECK(format_of("{\"version\":[1,7,6],\"learner\":{}}") == Format::xgboost_json);
    CHECK(format_of("\xef\xbb\xbf\n{\n  \"learner\" : {\"a\": [") == Format::xgboost_json);
    CHECK(format_of("{\"notes\":{\"learner\":1}}") == Format::json);
    CHECK(format_of("{\"notes\":\"learner\\\":\"}") == Format::json);
    CHECK(format_of("{\"name\":\"tree\",\"num_tree_per_iteration\":1,\"tree_info\":[") == Format::lightgbm_json);
    CHECK(format_of("{\"class_name\":\"Sequential\",\"config\":{}}") == Format::keras_json);
    CHECK(format_of("{\"keras_version\":\"3.15.1\",\"date_saved\":\"\"}") == Format::keras_metadata);
    CHECK(format_of("{\"modelTopology\":{}}") == Format::tfjs);
    CHECK(format_of("{}") == Format::json);
    CHECK(format_of("[[1, 2]]") == Format::json);
    CHECK(format_of("[\n  {\"a\": 1}]") == Format::json);
    CHECK(format_of("[m],[s]\n1,2\n") == Format::text);
    CHECK(format_of("{L\0\0\0\0\0\0\0\7learner{"s) == Format::xgboost_ubjson);
  }

  TEST_CASE("XML is told by its root, behind declarations, comments and a byte order mark") {
    CHECK(format_of("\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b --><!DOCTYPE x>\n<PMML version='4.4'>") ==
          Format::pmml);
    CHECK(format_of("<net name='a'>") == Format::openvino);
    CHECK(format_of("<!doctype HTML><html>") == Format::html);
    CHECK(format_of("<?xml version='1.0'?><html/>") == Format::html);
    CHECK(format_of("<svg>") == Format::xml);
    CHECK(format_of("<3 this model") == Format::text);
  }

  TEST_CASE("protobuf messages with the same first bytes are told apart by their fields") {
    const std::string version = "\x08\x01", node = field(1, "x") + field(2, "Relu");
    CHECK(format_of(version + field(7, field(1, node) + field(2, "graph"))) == Format::onnx);
    CHECK(format_of(version + field(2, "maker") + field(8, "\x10\x0d")) == Format::onnx);
    CHECK(format_of(version + field(2, field(1, "meta") + field(2, field(1, node)))) == Format::saved_model);
    CHECK(format_of(version + field(2, field(1, "input")) + field(303, "net")) == Format::coreml);
    CHECK(format_of(field(1, node) + field(4, version)) == Format::graph_def);
    CHECK(format_of(field(1, field(5, "2.15")) + field(2, field(1, node))) == Format::meta_graph);
    CHECK(format_of(field(1, "net") + field(100, "layer")) == Format::caffe);
    CHECK(format_of(version + field(2, "maker") + field(3, "x")) == Format::unknown);
    CHECK(format_of("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s) == Format::unknown);
    CHECK(format_of("\x0a\xff\xff\xff\xff\x7f\x01\x01\x01"s) == Format::unknown);
  }

  TEST_CASE("XGBoost's binary form without a mark is told by the booster that it names") {
    std::string file(136, '\1');
    file += "\x0a\0\0\0\0\0\0\0reg:linear\6\0\0\0\0\0\0\0gbtree"s;
    CHECK(format_of(file) == Format::xgboost_binary);
    file[136] = 11;
    CHECK(format_of(file) == Format::unknown);
  }

  TEST_CASE("a message says how a text begins, and which models a later release reads") {
    const std::string text = "404: Not Found\nmore", boosted = "{\"tree_info\":[],\"num_tree_per_iteration\":1}";
    CHECK(describe_unread(std::as_bytes(std::span(text)), Format::text) ==
          "this is a text file that begins \"404: Not Found\"");
    CHECK(describe_unread(std::as_bytes(std::span(boosted)), Format::lightgbm_json) ==
          "this is a LightGBM model dumped as JSON, which is not read yet");
    CHECK(describe_unread({}, Format::gguf) ==
          "this is a GGUF file, a language model for llama.cpp, which Nacre does not read");
  }
}

}  // namespace
}  // namespace nacre::tools::test
