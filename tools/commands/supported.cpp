// What converts, from the tables that the readers go by.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/common/refusal.hpp"
#include "tools/common/suggest.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/operation.hpp"
#include "tools/lightgbm/graph.hpp"
#include "tools/onnx/operators.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/sklearn/importer.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"
#include "tools/xgboost/objective.hpp"

namespace nacre::tools {
namespace {

using Words = std::vector<std::string>;
using Json = nlohmann::ordered_json;

/// "- what: word, word …" in lines of at most 120 columns.
void print_item(const std::string& what, Words words) {
  std::ranges::sort(words);
  std::string line = "- " + what + ":";
  for (const std::string& word : words) {
    const bool is_last = &word == &words.back();
    if (line.size() + word.size() + 2 > 120) {
      fmt::print("{}\n", line);
      line = " ";
    }
    line += " " + word + (is_last ? "" : ",");
  }
  fmt::print("{}\n", line);
}

/// Names of the classes of scikit-learn of which `has` is true.
template <typename Has>
Words sklearn_names(Has has) {
  Words names;
  for (const SklearnClass& one : sklearn_classes())
    if (has(one) && one.booster == nullptr) names.emplace_back(one.name);
  return names;
}

/// Names of a boosting library's classes, without its own.
Words boosted_names(std::string_view library) {
  Words names;
  for (const SklearnClass& one : sklearn_classes())
    if (one.booster != nullptr && one.name.starts_with(library))
      names.emplace_back(one.name.substr(library.size() + 1));
  return names;
}

Words wrappers() {
  Words names{"Pipeline"};
  for (std::string& name : imported_classes())
    if (find_sklearn_class(name) == nullptr) names.push_back(std::move(name));
  return names;
}

Words keras_names(bool augmentation) {
  Words names;
  for (std::string& name : keras_class_names())
    if (find_keras_class(name)->is_augmentation == augmentation) names.push_back(std::move(name));
  return names;
}

/// The types of elements that an operator computes with; any where it only moves them.
std::string types_of(const TfliteOperator& row) {
  if (row.import == nullptr) return "integers that are known before the model runs";
  Words types;
  for (const DataType type : {DataType::float32, DataType::int8, DataType::int16, DataType::int32}) {
    const bool is_there = std::ranges::count(row.also, type) > 0 ||
        std::ranges::any_of(row.computes, [&](const Operator& op) {
      return is_computed(op, type, &op == row.computes.data() ? row.function : std::uint8_t{0});
    });
    if (is_there) types.emplace_back(type_name(type));
  }
  const bool is_any = types.size() == 4 || row.computes.empty();
  return is_any ? "any" : fmt::format("{}", fmt::join(types, ", "));
}

/// What converts of one kind: "predict", classes of scikit-learn that do.
struct Item {
  std::string key, title;
  Words words;
};

struct Library {
  std::string key, title;
  std::string formats;  ///< of files that hold its models
  std::vector<Item> items;
};

/// Each operator of a domain once, however many meanings it has.
Words onnx_names(std::string_view domain) {
  Words names;
  for (const OnnxOperator& row : onnx_operators())
    if (row.domain == domain && std::ranges::find(names, row.name) == names.end()) names.emplace_back(row.name);
  return names;
}

Library sklearn() {
  return {"sklearn", "scikit-learn", "pickle, joblib, skops",
          {{"predict", "Predict", sklearn_names([](const SklearnClass& one) { return one.predict != nullptr; })},
           {"transform", "Transform", sklearn_names([](const SklearnClass& one) { return one.transform != nullptr; })},
           {"contain", "Contain others", wrappers()}}};
}

std::vector<Library> libraries() {
  Words operators;
  for (const TfliteOperator& row : tflite_operators())
    operators.push_back(row.name());
  return {sklearn(),
          {"xgboost", "XGBoost", "JSON, UBJSON, binary (before 3.1), pickle, joblib",
           {{"classes", "Classes, pickled", boosted_names("xgboost")},
            {"objectives", "Objectives", xgboost_objectives()}}},
          {"lightgbm", "LightGBM", "text, pickle, joblib",
           {{"classes", "Classes, pickled", boosted_names("lightgbm")},
            {"objectives", "Objectives", lightgbm_objectives()}}},
          {"catboost", "CatBoost", "cbm, JSON, pickle, joblib",
           {{"classes", "Classes, pickled", boosted_names("catboost")}}},
          {"keras", "Keras", "HDF5, .keras, architecture (JSON) and weights (HDF5)",
           {{"layers", "Layers", keras_names(false)},
            {"augmentation", "Act in training alone", keras_names(true)},
            {"contain", "Contain others",
             {"Sequential", "Functional", "Pipeline", "SpectralNormalization", "TimeDistributed"}},
            {"activations", "Activation functions, by name", keras_activation_names()},
            {"operations", "Operations between tensors, of Keras 3 and of TensorFlow", keras_operation_names()}}},
          {"tflite", "TensorFlow Lite", ".tflite", {{"operators", "Operators", operators}}},
          {"onnx", "ONNX", ".onnx, operator sets 7 to 28",
           {{"operators", "Operators", onnx_names("")}, {"ml", "Operators of ai.onnx.ml", onnx_names(kOnnxMl)}}}};
}

/// What an operator of TensorFlow Lite computes with, or the parameters of a class that are known; empty of others.
std::string detail_of(const Library& library, const std::string& name) {
  if (library.key == "tflite") {
    for (const TfliteOperator& row : tflite_operators())
      if (name == row.name()) return "computes with " + types_of(row);
  }
  const SklearnClass* const row =
      library.key == "sklearn" ? find_sklearn_class(name) : find_sklearn_class(library.key + "." + name);
  return row == nullptr || row->parameters.empty() ? "" : "parameters " + std::string(row->parameters);
}

void print_library(const Library& library) {
  fmt::print("\n## {}\n\n", library.title);
  print_item("Files", {library.formats});
  if (library.key == "tflite") {
    fmt::print("\n| operator | computes with |\n|---|---|\n");
    Words names = library.items.front().words;
    std::ranges::sort(names);
    for (const std::string& name : names) fmt::print("| {} | {} |\n", name, detail_of(library, name).substr(14));
  } else {
    for (const Item& item : library.items) print_item(item.title, item.words);
  }
}

Json library_json(const Library& library) {
  Json json{{"formats", library.formats}};
  for (const Item& item : library.items) {
    Words words = item.words;
    std::ranges::sort(words);
    json[item.key] = words;
    if (library.key != "tflite") continue;
    json[item.key] = Json::object();
    for (const std::string& name : words) json[item.key][name] = detail_of(library, name).substr(14);
  }
  return json;
}

/// Whether two names are the same but for small and large letters.
bool is_same_name(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, small, small);
}

[[noreturn]] void refuse_name(const std::vector<Library>& chosen, const std::string& name) {
  Words known;
  for (const Library& library : chosen)
    for (const Item& item : library.items)
      for (const std::string& word : item.words)
        if (std::ranges::find(known, word) == known.end()) known.push_back(word);
  const Words meant = nearest(name, known);
  throw Refusal("", name + " does not convert",
                meant.empty() ? "give a model of those that nacre supported lists"
                              : fmt::format("did you mean {}?", fmt::join(meant, " or ")));
}

/// "sklearn SVC: predict; files pickle, joblib, skops; parameters C break_ties …"
void print_name(const std::vector<Library>& chosen, const std::string& name, bool json) {
  Json found = Json::array();
  for (const Library& library : chosen)
    for (const Item& item : library.items)
      for (const std::string& word : item.words)
        if (is_same_name(word, name))
          found.push_back({{"library", library.key},
                           {"name", word},
                           {"as", item.key},
                           {"files", library.formats},
                           {"detail", detail_of(library, word)}});
  if (found.empty()) refuse_name(chosen, name);
  if (json) return print_json("supported-name", {{"found", found}});
  for (const Json& one : found)
    fmt::print("{} {}: {}; files {}{}{}\n", one["library"].get<std::string>(), one["name"].get<std::string>(),
               one["as"].get<std::string>(), one["files"].get<std::string>(), one["detail"] == "" ? "" : "; ",
               one["detail"].get<std::string>());
}

}  // namespace

void show_supported(const SupportedOptions& options) {
  std::vector<Library> chosen = libraries();
  const auto is_other = [&](const Library& library) { return library.key != options.library; };
  if (std::ranges::all_of(chosen, is_other)) {
    if (!options.library.empty() && options.name.empty()) return print_name(chosen, options.library, options.json);
    if (!options.library.empty())
      throw Refusal("", "there is no library " + options.library, "leave it out: the name is found in all of them");
  } else {
    std::erase_if(chosen, is_other);
  }
  if (!options.name.empty()) return print_name(chosen, options.name, options.json);
  if (options.json) {
    Json all = Json::object();
    for (const Library& library : chosen) all[library.key] = library_json(library);
    return print_json("supported", all);
  }
  fmt::print("# What converts\n\nWritten by `nacre supported`.\n");
  for (const Library& library : chosen) print_library(library);
}

}  // namespace nacre::tools
