// What converts, from the tables that the readers go by.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tools/commands/commands.hpp"
#include "tools/commands/print_json.hpp"
#include "tools/keras/classes.hpp"
#include "tools/lightgbm/graph.hpp"
#include "tools/operators/kernels.hpp"
#include "tools/sklearn/importer.hpp"
#include "tools/tflite/operators.hpp"
#include "tools/tflite/types.hpp"
#include "tools/xgboost/objective.hpp"

namespace nacre::tools {
namespace {

using Words = std::vector<std::string>;

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
    const bool is_there = std::ranges::any_of(row.computes, [&](const Operator& op) {
      return is_computed(op, type, &op == row.computes.data() ? row.function : std::uint8_t{0});
    });
    if (is_there) types.emplace_back(type_name(type));
  }
  const bool is_any = types.size() == 4 || row.computes.empty();
  return is_any ? "any" : fmt::format("{}", fmt::join(types, ", "));
}

void print_section(const char* title, std::initializer_list<std::pair<const char*, Words>> rows) {
  fmt::print("\n## {}\n\n", title);
  for (const auto& [what, words] : rows) print_item(what, words);
}

void print_text(const std::vector<std::pair<std::string, std::string>>& operators) {
  fmt::print("# What converts\n\nWritten by `nacre list`.\n");
  print_section("scikit-learn",
                {{"Predict", sklearn_names([](const SklearnClass& one) { return one.predict != nullptr; })},
                 {"Transform", sklearn_names([](const SklearnClass& one) { return one.transform != nullptr; })},
                 {"Contain others", wrappers()}});
  print_section("XGBoost", {{"Files", {"JSON", "UBJSON", "binary (before 3.1)"}},
                            {"Classes, pickled", boosted_names("xgboost")},
                            {"Objectives", xgboost_objectives()}});
  print_section("LightGBM", {{"Files", {"text"}},
                             {"Classes, pickled", boosted_names("lightgbm")},
                             {"Objectives", lightgbm_objectives()}});
  print_section("CatBoost", {{"Files", {"cbm", "JSON"}}, {"Classes, pickled", boosted_names("catboost")}});
  print_section("Keras", {{"Layers", keras_names(false)},
                          {"Act in training alone", keras_names(true)},
                          {"Contain others", {"Sequential", "Functional", "TimeDistributed"}},
                          {"Activation functions, by name", keras_activation_names()}});
  fmt::print("\n## TensorFlow Lite\n\n| operator | computes with |\n|---|---|\n");
  for (const auto& [name, types] : operators) fmt::print("| {} | {} |\n", name, types);
}

}  // namespace

void list_what_converts(bool json) {
  std::vector<std::pair<std::string, std::string>> operators;
  for (const TfliteOperator& row : tflite_operators())
    operators.emplace_back(tflite::EnumNameBuiltinOperator(row.code), types_of(row));
  std::ranges::sort(operators);
  if (!json) return print_text(operators);
  nlohmann::ordered_json by_operator;
  for (const auto& [name, types] : operators) by_operator[name] = types;
  print_json({{"sklearn",
               {{"predict", sklearn_names([](const SklearnClass& one) { return one.predict != nullptr; })},
                {"transform", sklearn_names([](const SklearnClass& one) { return one.transform != nullptr; })},
                {"contain", wrappers()}}},
              {"xgboost", {{"classes", boosted_names("xgboost")}, {"objectives", xgboost_objectives()}}},
              {"lightgbm", {{"classes", boosted_names("lightgbm")}, {"objectives", lightgbm_objectives()}}},
              {"catboost", {{"classes", boosted_names("catboost")}}},
              {"keras",
               {{"layers", keras_names(false)},
                {"augmentation", keras_names(true)},
                {"activations", keras_activation_names()}}},
              {"tflite", by_operator}});
}

}  // namespace nacre::tools
