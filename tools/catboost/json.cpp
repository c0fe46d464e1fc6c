// The JSON form.

#include <fmt/format.h>

#include "tools/catboost/model.hpp"
#include "tools/common/refusal.hpp"
#include "tools/json/json.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;

/// An index; a real number is none, and casting one may be undefined.
std::int64_t index_of(const json& object, const char* key) {
  const json& number = object.at(key);
  if (!number.is_number_integer()) malformed_catboost(fmt::format("has no integer as {}", key));
  return number.get<std::int64_t>();
}

class JsonModel {
 public:
  CatboostModel read(const json& document) {
    const json& features = document.at("features_info");
    read_features(features);
    read_hashed(features, "categorical_features", "categories");
    read_hashed(features, "text_features", "texts");
    read_hashed(features, "embedding_features", "embeddings");
    if (model_.hashed.empty() && features.contains("ctrs")) model_.hashed.push_back("features made of others");
    const auto oblivious = document.find("oblivious_trees"), others = document.find("trees");
    read_scale(document);
    model_.outputs = static_cast<std::int64_t>(std::max<std::size_t>(model_.bias.size(), 1));
    if (!model_.hashed.empty()) {
      const auto trees = oblivious != document.end() ? oblivious : others;
      model_.trees.resize(trees == document.end() ? 0 : trees->size());
    } else if (oblivious != document.end())
      for (const json& tree : *oblivious) read_oblivious(tree);
    else if (others != document.end())
      for (const json& tree : *others) read_other(tree);
    else malformed_catboost("has no trees");
    const json info = document.value("model_info", json::object());
    read_catboost_training(info.value("params", json::object()), info.value("class_params", json()), model_);
    return std::move(model_);
  }

 private:
  void read_features(const json& info) {
    for (const json& feature : info.value("float_features", json::array())) {
      const auto column = index_of(feature, "flat_feature_index");
      if (column < 0 || column >= 1 << 26) malformed_catboost("has an impossible feature");
      model_.features = std::max(model_.features, column + 1);
      model_.feature_names.push_back(feature.value("feature_id", ""));
      columns_.push_back({column, {}, feature.value("nan_value_treatment", "AsIs") == "AsTrue"});
    }
  }

  void read_hashed(const json& info, const char* key, const char* kind) {
    const auto found = info.find(key);
    if (found == info.end()) return;
    std::vector<std::string> names;
    for (const json& feature : *found) {
      names.push_back(feature.value("feature_id", ""));
      const auto column = feature.contains("flat_feature_index") ? index_of(feature, "flat_feature_index") : -1;
      if (column >= 0 && column < 1 << 26) model_.features = std::max(model_.features, column + 1);
    }
    model_.hashed.push_back(describe_columns(kind, names));
  }

  /// [scale, bias], of which the bias is a number or one for each output.
  void read_scale(const json& document) {
    const auto found = document.find("scale_and_bias");
    if (found == document.end()) return;
    model_.scale = found->at(0).get<double>();
    const json& bias = found->at(1);
    model_.bias = bias.is_array() ? bias.get<std::vector<double>>() : std::vector{bias.get<double>()};
  }

  CatboostSplit split(const json& saved) const {
    if (const std::string type = saved.value("split_type", "FloatFeature"); type != "FloatFeature")
      malformed_catboost("a tree has a split of the type " + type + " without such columns");
    const auto feature = index_of(saved, "float_feature_index");
    if (feature < 0 || feature >= static_cast<std::int64_t>(columns_.size()))
      malformed_catboost("a tree asks for a feature that does not exist");
    const CatboostFeature& column = columns_[static_cast<std::size_t>(feature)];
    return {column.column, saved.at("border").get<float>(), column.missing_is_greater};
  }

  std::int64_t rows() const { return static_cast<std::int64_t>(model_.leaf_values.size()) / model_.outputs; }

  void read_oblivious(const json& saved) {
    std::vector<CatboostSplit> splits;
    const json given = saved.value("splits", json::array());  // null of a tree that asks nothing
    for (const json& each : given) splits.push_back(split(each));
    model_.trees.push_back(oblivious_tree(splits, rows()));
    for (const json& value : saved.at("leaf_values")) model_.leaf_values.push_back(value.get<double>());
  }

  /// Depth first; the text's own depth is bounded.
  void read_other(const json& saved) {
    CatboostTree tree;
    append_node(tree, -1);
    std::vector<std::pair<const json*, std::size_t>> pending{{&saved, 0}};
    while (!pending.empty()) {
      const auto [node, place] = pending.back();
      pending.pop_back();
      if (node->contains("split")) {
        const std::size_t left = append_node(tree, -1), right = append_node(tree, -1);
        split_node(tree, place, split(node->at("split")), left, right);
        pending.insert(pending.end(), {{&node->at("right"), right}, {&node->at("left"), left}});
        continue;
      }
      tree.leaf_row[place] = rows();
      const json& value = node->at("value");
      if ((value.is_array() ? value.size() : 1) != static_cast<std::size_t>(model_.outputs))
        malformed_catboost("a leaf has another number of values than there are outputs");
      if (value.is_array()) for (const json& each : value) model_.leaf_values.push_back(each.get<double>());
      else model_.leaf_values.push_back(value.get<double>());
    }
    model_.trees.push_back(std::move(tree));
  }

  CatboostModel model_;
  std::vector<CatboostFeature> columns_;
};

}  // namespace

CatboostModel read_catboost_json(std::string_view text) try {
  return JsonModel().read(parse_json(text, "the model"));
} catch (const nlohmann::json::exception& error) {
  malformed_catboost(fmt::format("does not have the parts of a CatBoost model ({})", error.what()));
}

}  // namespace nacre::tools
