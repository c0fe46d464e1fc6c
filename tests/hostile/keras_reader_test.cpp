#include <doctest/doctest.h>

#include "tests/hostile/reader_archives.hpp"
#include "tools/json/json.hpp"
#include "tools/hdf5/hdf5.hpp"
#include "tools/keras/model.hpp"
#include "tools/keras/read.hpp"

// Configurations of Keras models: JSON that names code, nests, repeats and refers to itself.

namespace nacre::tools::test {
namespace {

using namespace std::string_literals;

/// What a model of this configuration, without weights, says.
std::string config_refusal(const std::string& config) {
  return refusal_of([&] {
    (void)import_keras(parse_json(config, "config.json"), "3.0.0",
                       [](const auto&, const auto&) { return KerasWeights(); });
  });
}

std::string layer(const std::string& class_name, const std::string& name, const std::string& config = "",
                  const std::string& inbound = "", const std::string& more = "") {
  return R"({"class_name":")" + class_name + R"(","config":{"name":")" + name + R"(")" +
         (config.empty() ? "" : "," + config) + R"(},"name":")" + name + R"(","inbound_nodes":[)" + inbound + "]" +
         more + "}";
}
std::string from(const std::string& name, const std::string& node = "0") {
  return R"([[")" + name + R"(",)" + node + R"(,0,{}]])";
}
const std::string kInput = layer("InputLayer", "x", R"("batch_shape":[null,4])");

std::string functional(const std::vector<std::string>& layers, const std::string& output,
                       const std::string& inputs = R"([["x",0,0]])") {
  std::string list;
  for (const std::string& one : layers) list += (list.empty() ? "" : ",") + one;
  return R"({"class_name":"Functional","config":{"name":"m","layers":[)" + list + R"(],"input_layers":)" + inputs +
         R"(,"output_layers":[[")" + output + R"(",0,0]]}})";
}
std::string sequential(const std::vector<std::string>& layers) {
  std::string list;
  for (const std::string& one : layers) list += (list.empty() ? "" : ",") + one;
  return R"({"class_name":"Sequential","config":{"name":"m","layers":[)" + list + "]}}";
}

TEST_SUITE("hostile Keras models") {
  TEST_CASE("C8: a sound configuration is imported") {
    CHECK(config_refusal(functional({kInput, layer("ReLU", "y", "", from("x"))}, "y")).empty());
    CHECK(config_refusal(sequential({kInput, layer("ReLU", "y")})).empty());
  }

  TEST_CASE("C8: code is refused by its name, wherever it stands") {
    CHECK(says(config_refusal(sequential({kInput, layer("Lambda", "evil", R"("function":["4wEAAAA=",null,null])")})),
               "layer evil (Lambda)"));
    CHECK(says(config_refusal(sequential(
                   {kInput, layer("Lambda", "evil",
                                  R"("function":{"class_name":"__lambda__","config":{"code":"4wEAAAA="}})")})),
               "Python code"));
    CHECK(says(config_refusal(sequential(
                   {kInput, layer("Activation", "evil", R"("activation":{"class_name":"__lambda__","config":{}})")})),
               "the activation __lambda__"));
    CHECK(says(config_refusal(
                   sequential({kInput, layer("ReLU", "evil", "", "", R"(,"module":"os","registered_name":"system")")})),
               "system is a custom layer"));
    CHECK(says(config_refusal(sequential({kInput, layer("system", "evil", "", "", R"(,"module":"os")")})),
               "custom layer"));
    CHECK(says(config_refusal(sequential({kInput, layer("enable_unsafe_deserialization", "evil", "", "",
                                                        R"(,"module":"keras.src.config")")})),
               "is a layer that Nacre does not read"));
    CHECK(says(config_refusal(R"({"class_name":"MyModel","module":"my","config":{}})"), "class MyModel"));
    CHECK(says(config_refusal(sequential({kInput, layer("TFOpLambda", "evil", R"("function":"io.read_file")")})),
               "is the operation io.read_file, which Nacre does not read"));
    CHECK(says(config_refusal(sequential({kInput, layer("StringLookup", "evil", R"("vocabulary":"/etc/passwd")")})),
               "has a vocabulary that the file does not hold"));
  }

  TEST_CASE("C8: a Sequential model that ends with a model of two outputs is refused") {
    const std::string two = functional({kInput, layer("ReLU", "y", "", from("x"))}, R"(y",0,0],["x)");
    CHECK(says(config_refusal(sequential({two})), "several outputs"));
  }

  TEST_CASE("C8: JSON nested ten million levels deep is refused on any stack") {
    for (const char* open : {"[", "{\"a\":"}) {
      std::string bomb;
      for (int level = 0; level < (open[0] == '[' ? 10000000 : 1000000); ++level) bomb += open;
      CHECK(says(refusal_of([&] { (void)parse_json(bomb, "config.json"); }), "nested deeper"));
    }
    CHECK(says(conversion_refusal(archive_of({{.name = "config.json", .content = std::string(1000000, '[')}})),
               "nested deeper"));
  }

  TEST_CASE("C8: of equal keys the last counts, as in Python") {
    CHECK(parse_json(R"({"a":1,"b":2,"a":3})", "x")["a"] == 3);
    CHECK(
        says(config_refusal(R"({"class_name":"Functional","class_name":"os.system","config":{}})"), "class os.system"));
  }

  TEST_CASE("C8: NaN, infinities, huge numbers and comments are no JSON") {
    for (const char* text : {"NaN", "Infinity", "-Infinity", "1e999", "-1e999", "0x10", "01", "1 // x", "'a'", "[1,]",
                             "\"\xff\"", "\"\\ud800\"", "tru"}) {
      CAPTURE(text);
      CHECK_FALSE(refusal_of([&] { (void)parse_json("["s + text + "]", "config.json"); }).empty());
    }
  }

  TEST_CASE("an output that Nacre does not give is refused as that, and no cycle") {
    CHECK(says(config_refusal(functional({kInput, layer("ReLU", "y", "", from("x"))}, R"(y",0,0],["y",0,1],["x)")),
               "layer y: its states"));
  }

  TEST_CASE("a model without outputs is refused") {
    CHECK(says(config_refusal(R"({"class_name":"Functional","config":{"name":"m","layers":[)" + kInput +
                              R"(],"input_layers":[["x",0,0]],"output_layers":[]}})"),
               "has no outputs"));
  }

  TEST_CASE(
      "a refusal names every layer that stands in the way, in wrappers and models too, and inputs of open shape") {
    const std::string wrapper = R"("layer":)" + layer("Equalization", "inner");
    const std::string message = config_refusal(sequential(
        {layer("InputLayer", "x", R"("batch_shape":[null,null,4])"), layer("TimeDistributed", "steps", wrapper),
         sequential({layer("Dense", "deep", R"("activation":"softest")")}), layer("Lambda", "own")}));
    for (const char* part : {"layer x: leaves dimension 1", "layer steps (Equalization)",
                             "layer deep (Dense): has the activation softest", "layer own (Lambda)"}) {
      CAPTURE(message);
      CHECK(says(message, part));
    }
  }

  TEST_CASE("batch normalisation over several axes is refused by them") {
    CHECK(says(config_refusal(sequential({kInput, layer("BatchNormalization", "y", R"("axis":[1,2])")})),
               "has the axis [1,2]"));
  }

  TEST_CASE("C8: layers that wait for each other, or for themselves, are refused as a cycle") {
    CHECK(says(
        config_refusal(functional({kInput, layer("ReLU", "a", "", from("b")), layer("ReLU", "b", "", from("a"))}, "b")),
        "cycle"));
    CHECK(says(config_refusal(functional({kInput, layer("ReLU", "a", "", from("a"))}, "a")), "cycle"));
    CHECK(says(config_refusal(functional({kInput, layer("ReLU", "a", "", from("nothing"))}, "a")), "cycle"));
    CHECK(says(config_refusal(functional({kInput, layer("ReLU", "a", "", from("x", "-1"))}, "a")), "cycle"));
    CHECK(
        says(config_refusal(functional({kInput, layer("ReLU", "a", "", from("x", "99999999999999"))}, "a")), "cycle"));
  }

  TEST_CASE("C8: a hundred thousand layers are refused, and twenty thousand read in either order, soon") {
    std::vector<std::string> chain{kInput};
    for (int i = 1; i <= 100000; ++i)
      chain.push_back(layer("ReLU", std::to_string(i), "", from(i == 1 ? "x" : std::to_string(i - 1))));
    CHECK(says(config_refusal(functional(chain, "100000")), "one layer too many"));
    chain.resize(20001);
    std::reverse(chain.begin() + 1, chain.end());
    CHECK(config_refusal(functional(chain, "20000")).empty());
    std::string inputs;
    for (int i = 0; i < 20000; ++i) inputs += (i == 0 ? "[" : ",") + R"(["x",0,0])"s;
    CHECK(says(config_refusal(functional(chain, "20000", inputs + "]")), "names the input x twice"));
  }

  TEST_CASE("C8: models inside models, each called twice, are refused before they are a million") {
    std::string inner = functional({kInput, layer("Dropout", "d", "", from("x"))}, "d");
    for (int level = 0; level < 14; ++level) {
      std::string calls = from("x");
      for (int call = 0; call < 3; ++call) calls += "," + from("m", std::to_string(call));
      std::string nested = inner;
      nested.pop_back();
      nested += R"(,"name":"m","inbound_nodes":[)" + calls + "]}";
      inner = functional({kInput, nested, layer("Dropout", "d", "", from("m", "3"))}, "d");
    }
    CHECK(says(config_refusal(inner), "more layers"));
  }

  TEST_CASE("C8: a layer called many times is one layer, and its weights are read once") {
    std::string calls = from("x");
    for (int call = 0; call < 50; ++call) calls += "," + from("shared", std::to_string(call));
    CHECK(config_refusal(functional({kInput, layer("ReLU", "shared", "", calls)}, "shared")).empty());
  }

  TEST_CASE("C8: shapes that are open, empty, negative or beyond any memory are refused") {
    for (const char* shape :
         {"[null,null]", "[null,0]", "[null,-1]", "[]", "null", "[null,4294967296,4294967296,4294967296]", "[null,1e3]",
          "[null,\"4\"]", "[9223372036854775807,9223372036854775807]", "[null,18446744073709551615]",
          "[null,1,1,1,1,1,1,1,1,1,1,1]"}) {
      CAPTURE(shape);
      CHECK_FALSE(
          config_refusal(sequential({layer("InputLayer", "x", R"("batch_shape":)"s + shape), layer("ReLU", "y")}))
              .empty());
    }
    for (const char* target : {"[-1,-1]", "[0]", "[4294967300]", "7", "[65536,65536,65536,65536,65536]"}) {
      CAPTURE(target);
      CHECK_FALSE(config_refusal(sequential({kInput, layer("Reshape", "y", R"("target_shape":)"s + target)})).empty());
    }
    CHECK_FALSE(config_refusal(sequential({layer("InputLayer", "x", R"("batch_shape":[null,4,4,1])"),
                                           layer("ZeroPadding2D", "y", R"("padding":[[65537,0],[0,0]])")}))
                    .empty());
    CHECK_FALSE(config_refusal(sequential({layer("InputLayer", "x", R"("batch_shape":[null,4,4,1])"),
                                           layer("ZeroPadding2D", "y", R"("padding":[[1]])")}))
                    .empty());
  }

  TEST_CASE("C8: null, numbers, lists and texts where Keras writes something else are refused") {
    const std::string sound = functional({kInput, layer("ReLU", "y", "", from("x"))}, "y");
    const auto parsed = parse_json(sound, "x");
    const char* const others[] = {"null", "7", "-1.5", "\"text\"", "[]", "{}", "[null]", "{\"a\":null}", "true"};
    // Each part of the configuration, by its path, in turn.
    const auto parts = parsed.flatten();
    for (const auto& [path, value] : parts.items())
      for (const char* other : others) {
        for (nlohmann::json::json_pointer at(path);; at = at.parent_pointer()) {
          CAPTURE(at.to_string());
          CAPTURE(other);
          auto changed = parsed;
          changed[at] = nlohmann::json::parse(other);
          CHECK_NOTHROW((void)config_refusal(changed.dump()));
          if (at.empty()) break;
        }
      }
  }

  TEST_CASE("C8: an archive whose parts are absent, no JSON, or no HDF5 is refused") {
    const std::string config = functional({kInput, layer("ReLU", "y", "", from("x"))}, "y");
    CHECK(says(conversion_refusal(archive_of({{.name = "config.json", .content = config}})), "no model.weights.h5"));
    CHECK_FALSE(conversion_refusal(archive_of({{.name = "config.json", .content = config},
                                               {.name = "model.weights.h5", .content = "x"}}))
                    .empty());
    CHECK_FALSE(conversion_refusal(archive_of({{.name = "config.json", .content = config},
                                               {.name = "metadata.json", .content = "{"},
                                               {.name = "model.weights.h5", .content = "x"}}))
                    .empty());
  }

  TEST_CASE("C8: an architecture beside its weights that is no object, or has a number for a text, is refused") {
    for (const std::string architecture :
         {"null", "5", "true", "[]", "\"x\"", "{}", R"({"keras_version": 2, "config": {}, "class_name": "X"})"}) {
      CAPTURE(architecture);
      const auto* first = reinterpret_cast<const std::byte*>(architecture.data());
      const KerasParts parts{Buffer::from(std::vector(first, first + architecture.size())), {}, {}};
      CHECK_FALSE(refusal_of([&] { (void)read_keras_parts(parts, Hdf5File()); }).empty());
    }
    for (const std::string config : {R"({"config":{"layers":[{"class_name":5}]}})",
                                     R"({"config":{"layers":[{"class_name":"StringLookup","config":5}]}})"}) {
      CAPTURE(config);
      CHECK_FALSE(conversion_refusal(archive_of({{.name = "config.json", .content = config},
                                                 {.name = "assets/layers/string_lookup/vocabulary.txt", .content = "x"},
                                                 {.name = "model.weights.h5", .content = "x"}}))
                      .empty());
    }
  }

  TEST_CASE("C8: a .keras archive changed at random places is converted or refused, and nothing is left behind") {
    const std::string whole = text_of(Buffer::map_file(fixture("embedding.keras")));
    std::uint32_t state = 1;
    for (int round = 0; round < 60; ++round) {
      std::string changed = whole;
      for (int i = 0; i < 3; ++i) {
        state = state * 1664525 + 1013904223;
        changed[(state >> 4) % changed.size()] = static_cast<char>(state >> 24);
      }
      const std::string said =
          conversion_refusal(round % 4 == 0 ? whole.substr(0, (state >> 4) % whole.size()) : changed);
      CHECK(said != "left a file behind");
    }
  }
}

}  // namespace
}  // namespace nacre::tools::test
