// The parts of a booster in JSON and UBJSON, which have the same names.

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "tools/common/refusal.hpp"
#include "tools/xgboost/read.hpp"

namespace nacre::tools {
namespace {

using nlohmann::json;

[[noreturn]] void malformed(const std::string& what) {
  throw Refusal("", what, "the file is damaged or forged: save the model again");
}

/// A number, also where it is written as text; null stands for NaN, which JSON does not have.
template <typename Number>
Number number(const json& value) {
  if (value.is_null()) return std::numeric_limits<Number>::quiet_NaN();
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  if (value.is_number_float() && std::is_integral_v<Number>) {
    const auto real = value.get<double>();
    if (!(std::abs(real) < 0x1p31)) malformed("a number is none that stands there");
    return static_cast<Number>(static_cast<std::int64_t>(real));
  }
  if (value.is_number()) return value.get<Number>();
  const std::string& text = value.get_ref<const std::string&>();
  Number result{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc{} || end != text.data() + text.size())
    malformed("\"" + text.substr(0, 40) + "\" is no number");
  return result;
}

template <typename Number>
Number number_at(const json& object, const char* name, Number otherwise) {
  const auto found = object.find(name);
  return found == object.end() ? otherwise : number<Number>(*found);
}

template <typename Number>
std::vector<Number> numbers(const json& array) {
  std::vector<Number> result;
  result.reserve(array.size());
  for (const json& value : array) result.push_back(number<Number>(value));
  return result;
}

template <typename Number>
std::vector<Number> numbers_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? std::vector<Number>{} : numbers<Number>(*found);
}

/// "5E-1", or since 3.1 "[5E-1,2E0]".
std::vector<float> base_score(const json& value) {
  if (!value.is_string()) return value.is_array() ? numbers<float>(value) : std::vector{number<float>(value)};
  const std::string& text = value.get_ref<const std::string&>();
  if (!text.starts_with('[')) return {number<float>(value)};
  std::vector<float> result;
  for (std::size_t at = 1; at < text.size() && text[at] != ']';) {
    const std::size_t end = std::min(text.find_first_of(",]", at), text.size());
    result.push_back(number<float>(json(text.substr(at, end - at))));
    at = end + (end < text.size() && text[end] == ',' ? 1 : 0);
  }
  return result;
}

void read_categories(const json& saved, XgboostTree& tree) {
  const auto nodes = numbers_at<std::int64_t>(saved, "categories_nodes"),
             segments = numbers_at<std::int64_t>(saved, "categories_segments"),
             sizes = numbers_at<std::int64_t>(saved, "categories_sizes"),
             codes = numbers_at<std::int64_t>(saved, "categories");
  const auto kinds = numbers_at<std::int64_t>(saved, "split_type");
  tree.set.assign(tree.left.size(), -1);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto all = static_cast<std::int64_t>(codes.size());
    if (i >= segments.size() || i >= sizes.size() || nodes[i] < 0 ||
        nodes[i] >= static_cast<std::int64_t>(tree.left.size()) || segments[i] < 0 || segments[i] > all ||
        sizes[i] < 0 || sizes[i] > all - segments[i])
      malformed("the categories of a tree do not fit its nodes");
    tree.set[static_cast<std::size_t>(nodes[i])] = static_cast<std::int32_t>(tree.sets.size());
    tree.sets.emplace_back(codes.begin() + segments[i], codes.begin() + segments[i] + sizes[i]);
  }
  for (std::size_t n = 0; n < kinds.size() && n < tree.left.size(); ++n)
    if (kinds[n] == 1 && tree.left[n] != -1 && tree.set[n] < 0) malformed("a node asks for categories that it has not");
  if (nodes.empty()) tree.set.clear();
}

/// Leaves of several values: since 3.1 apart, by the row that a leaf has in the place of its right child; before, as
/// the weights of all nodes.
void read_leaf_vectors(const json& saved, XgboostTree& tree) {
  tree.leaf_row.assign(tree.left.size(), 0);
  const bool apart = saved.contains("leaf_weights");
  tree.leaf_values = numbers_at<float>(saved, apart ? "leaf_weights" : "base_weights");
  for (std::size_t n = 0; n < tree.left.size(); ++n)
    tree.leaf_row[n] = apart ? tree.left[n] == -1 ? tree.right.at(n) : 0 : static_cast<std::int64_t>(n);
}

XgboostTree read_tree(const json& saved, std::int64_t* leaf_width) {
  XgboostTree tree;
  tree.left = numbers_at<std::int64_t>(saved, "left_children");
  tree.right = numbers_at<std::int64_t>(saved, "right_children");
  tree.feature = numbers_at<std::int64_t>(saved, "split_indices");
  tree.condition = numbers_at<float>(saved, "split_conditions");
  tree.default_left = numbers_at<std::uint8_t>(saved, "default_left");
  for (const std::size_t size :
       {tree.right.size(), tree.feature.size(), tree.condition.size(), tree.default_left.size()})
    if (size != tree.left.size()) malformed("a tree has arrays of different lengths");
  read_categories(saved, tree);
  const auto parameters = saved.find("tree_param");
  const auto width = parameters == saved.end() ? 0 : number_at<std::int64_t>(*parameters, "size_leaf_vector", 0);
  *leaf_width = std::max<std::int64_t>(width, 1);
  if (width > 1) read_leaf_vectors(saved, tree);
  return tree;
}

/// Of each column its categories in the order of their codes: texts behind each other, or numbers; of most, none.
void read_columns(const json& saved, XgboostModel& model) {
  for (std::uint32_t i = 0; i < saved.size(); ++i) {
    const json& column = saved[i];
    const auto values = column.find("values"), offsets = column.find("offsets");
    if (values == column.end() || values->empty()) continue;
    Categories categories{i, {}, true};
    if (offsets == column.end()) {
      for (const json& value : *values) categories.texts.push_back(value.dump());
    } else {
      const auto places = numbers<std::int64_t>(*offsets);
      std::string text;
      for (const json& value : *values) text += static_cast<char>(number<std::int64_t>(value));
      for (std::size_t n = 0; n + 1 < places.size(); ++n) {
        if (places[n] < 0 || places[n + 1] < places[n] || places[n + 1] > static_cast<std::int64_t>(text.size()))
          malformed("the categories of a column do not fit each other");
        categories.texts.push_back(
            text.substr(static_cast<std::size_t>(places[n]), static_cast<std::size_t>(places[n + 1] - places[n])));
      }
    }
    model.categories.push_back(std::move(categories));
  }
}

void read_trees(const json& saved, XgboostModel& model) {
  for (const json& tree : saved.at("trees")) {
    std::int64_t width = 1;
    model.trees.push_back(read_tree(tree, &width));
    if (model.trees.size() > 1 && width != model.leaf_width) malformed("its trees have leaves of different widths");
    model.leaf_width = width;
  }
  model.groups = numbers_at<std::int64_t>(saved, "tree_info");
  model.rounds = numbers_at<std::int64_t>(saved, "iteration_indptr");
  model.weight_drop = numbers_at<float>(saved, "weight_drop");
  if (const auto parameters = saved.find("gbtree_model_param"); parameters != saved.end())
    model.parallel_trees = number_at<std::int64_t>(*parameters, "num_parallel_tree", 1);
  if (const auto cats = saved.find("cats"); cats != saved.end())
    read_columns(cats->value("enc", json::array()), model);
}

/// dart is a booster around gbtree, or since 3.1 the weights beside its trees.
void read_booster(const json& saved, XgboostModel& model) {
  const std::string name = model.booster = saved.at("name").get<std::string>();
  if (name == "gblinear") {
    model.is_linear = true;
    model.weights = numbers<float>(saved.at("model").at("weights"));
  } else if (name == "dart" && saved.contains("gbtree")) {
    read_trees(saved.at("gbtree").at("model"), model);
    model.weight_drop = numbers_at<float>(saved, "weight_drop");
  } else if (name == "gbtree" || name == "dart") {
    read_trees(saved.at("model"), model);
  }
}

void read_learner(const json& learner, XgboostModel& model) {
  const json& parameters = learner.at("learner_model_param");
  model.base_score = base_score(parameters.at("base_score"));
  model.features = number<std::int64_t>(parameters.at("num_feature"));
  model.classes = number_at<std::int64_t>(parameters, "num_class", 0);
  model.targets = number_at<std::int64_t>(parameters, "num_target", 1);
  model.objective = learner.at("objective").at("name").get<std::string>();
  if (const auto attributes = learner.find("attributes"); attributes != learner.end())
    model.best_iteration = number_at<std::int64_t>(*attributes, "best_iteration", -1);
  if (const auto names = learner.find("feature_names"); names != learner.end())
    model.feature_names = names->get<std::vector<std::string>>();
  read_booster(learner.at("gradient_booster"), model);
}

}  // namespace

XgboostModel read_xgboost_document(const json& document) try {
  XgboostModel model;
  if (const auto version = document.find("version"); version != document.end() && version->size() >= 2)
    model.version = {number<int>(version->at(0)), number<int>(version->at(1))};
  else model.version = {1, 0};
  read_learner(document.at("learner"), model);
  return model;
} catch (const json::exception& error) {
  malformed(fmt::format("does not have the parts of an XGBoost model ({})", error.what()));
}

}  // namespace nacre::tools
