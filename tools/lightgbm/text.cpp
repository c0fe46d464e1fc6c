// LightGBM's text: lines of a name and numbers, first of the model, then of each tree.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tools/common/refusal.hpp"
#include "tools/lightgbm/model.hpp"

namespace nacre::tools {
namespace {

using Text = std::string_view;

class TextReader {
 public:
  explicit TextReader(Text text) : text_(text) {}

  LightgbmModel model() {
    if (next() != "tree") malformed("does not begin with the word tree");
    LightgbmModel model;
    for (Text text = next(); !done_ && !text.starts_with("end of trees"); text = next()) {
      if (text.starts_with("Tree=")) model.trees.emplace_back();
      else if (model.trees.empty()) header(text, model);
      else tree(text, model.trees.back());
    }
    for (Text text = next(); !done_; text = next())
      if (constexpr Text kName = "pandas_categorical:"; text.starts_with(kName))
        model.pandas_categorical = text.substr(kName.size());
    check(model);
    return model;
  }

 private:
  [[noreturn]] void malformed(const std::string& what) const {
    throw Refusal(fmt::format("line {}", line_), "is no model in LightGBM's text: it " + what,
                  "save it again: booster.save_model(\"model.txt\")");
  }

  Text next() {
    if (at_ >= text_.size()) {
      done_ = true;
      return {};
    }
    ++line_;
    const std::size_t end = std::min(text_.find('\n', at_), text_.size());
    Text result = text_.substr(at_, end - at_);
    at_ = end + 1;
    if (result.ends_with('\r')) result.remove_suffix(1);
    return result;
  }

  static std::pair<Text, Text> split(Text text) {
    const std::size_t equals = text.find('=');
    return equals == Text::npos ? std::pair{text, Text{}} : std::pair{text.substr(0, equals), text.substr(equals + 1)};
  }

  /// Words between blanks; two blanks stand around an empty one only where `keeps_empty`.
  static std::vector<Text> words(Text text) {
    std::vector<Text> result;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      if (end > at) result.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return result;
  }

  template <typename Number>
  Number number(Text text) const {
    if (text.starts_with('+')) text.remove_prefix(1);
    Number result{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc{} || end != text.data() + text.size())
      malformed("has \"" + std::string(text.substr(0, 40)) + "\" where a number must be");
    return result;
  }

  template <typename Number>
  std::vector<Number> numbers(Text text) const {
    std::vector<Number> result;
    for (const Text word : words(text)) result.push_back(number<Number>(word));
    return result;
  }

  void header(Text text, LightgbmModel& model) const {
    const auto [name, value] = split(text);
    if (name == "version") model.version = value;
    else if (name == "num_class") model.classes = number<std::int64_t>(value);
    else if (name == "num_tree_per_iteration") model.trees_per_round = number<std::int64_t>(value);
    else if (name == "max_feature_idx") model.features = number<std::int64_t>(value) + 1;
    else if (name == "average_output") model.averages = true;
    else if (name == "objective")
      for (const Text word : words(value)) model.objective.emplace_back(word);
    else if (name == "feature_infos")
      for (const Text word : words(value)) model.feature_infos.emplace_back(word);
    else if (name == "feature_names")
      for (const Text word : words(value)) model.feature_names.emplace_back(word);
  }

  void tree(Text text, LightgbmTree& tree) {
    const auto [name, value] = split(text);
    if (name == "split_feature") tree.feature = numbers<std::int64_t>(value);
    else if (name == "threshold") tree.threshold = numbers<double>(value);
    else if (name == "decision_type") tree.decision = numbers<std::int64_t>(value);
    else if (name == "left_child") tree.left = numbers<std::int64_t>(value);
    else if (name == "right_child") tree.right = numbers<std::int64_t>(value);
    else if (name == "leaf_value") tree.leaf_value = numbers<double>(value);
    else if (name == "cat_boundaries") tree.set_begin = numbers<std::int64_t>(value);
    else if (name == "cat_threshold") tree.set_words = numbers<std::uint32_t>(value);
    else if (name == "is_linear") tree.is_linear = value == "1";
    else if (name == "leaf_const") tree.leaf_constant = numbers<double>(value);
    else if (name == "num_features") leaf_sizes_ = numbers<std::int64_t>(value);
    else if (name == "leaf_features") tree.leaf_features = by_leaf<std::int64_t>(value);
    else if (name == "leaf_coeff") tree.leaf_coefficients = by_leaf<double>(value);
  }

  /// The numbers of each leaf, of which a line before has said how many there are.
  template <typename Number>
  std::vector<std::vector<Number>> by_leaf(Text text) const {
    const std::vector<Number> all = numbers<Number>(text);
    std::vector<std::vector<Number>> result;
    std::size_t at = 0;
    for (const std::int64_t size : leaf_sizes_) {
      if (size < 0 || static_cast<std::size_t>(size) > all.size() - at) malformed("has leaves with too few numbers");
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
      result.emplace_back(begin, begin + size);
      at += static_cast<std::size_t>(size);
    }
    return result;
  }

  void check(const LightgbmModel& model) const {
    if (model.features < 1 || model.features > 1 << 26) malformed("states an impossible number of features");
    if (model.trees_per_round < 1 || model.trees_per_round > 1 << 20)
      malformed("states an impossible number of trees in a round");
    for (const LightgbmTree& tree : model.trees) {
      const std::size_t splits = tree.left.size(), leaves = tree.leaf_value.size();
      if (leaves != splits + 1 || tree.right.size() != splits || tree.feature.size() != splits ||
          tree.threshold.size() != splits || (!tree.decision.empty() && tree.decision.size() != splits))
        malformed("has a tree with arrays of different lengths");
      const auto is_finite = [](double x) { return std::isfinite(x); };
      if (!std::ranges::all_of(tree.leaf_value, is_finite) || !std::ranges::all_of(tree.leaf_constant, is_finite) ||
          !std::ranges::all_of(tree.leaf_coefficients,
                               [&](const auto& each) { return std::ranges::all_of(each, is_finite); }))
        malformed("has a leaf that is no number");
      if (tree.is_linear && (tree.leaf_constant.size() != leaves || tree.leaf_features.size() != leaves ||
                             tree.leaf_coefficients.size() != leaves))
        malformed("has a linear tree with arrays of different lengths");
    }
  }

  Text text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  bool done_ = false;
  std::vector<std::int64_t> leaf_sizes_;
};

}  // namespace

std::vector<std::string> LightgbmModel::given_names() const {
  bool is_given = false;
  for (std::size_t i = 0; i < feature_names.size(); ++i)
    is_given = is_given || feature_names[i] != fmt::format("Column_{}", i);
  return is_given && feature_names.size() == static_cast<std::size_t>(features) ? feature_names
                                                                                : std::vector<std::string>{};
}

double LightgbmModel::option(std::string_view name, double otherwise) const {
  for (const std::string& word : objective)
    if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == ':') {
      double result = otherwise;
      std::from_chars(word.data() + name.size() + 1, word.data() + word.size(), result);
      return result;
    }
  return otherwise;
}

bool LightgbmModel::has_option(std::string_view name) const {
  return std::find(objective.begin(), objective.end(), name) != objective.end();
}

void LightgbmModel::keep_rounds(std::int64_t rounds) {
  if (rounds <= 0 || rounds >= static_cast<std::int64_t>(trees.size()) / trees_per_round) return;
  trees.resize(static_cast<std::size_t>(rounds * trees_per_round));
}

LightgbmModel read_lightgbm_text(std::string_view text) { return TextReader(text).model(); }

}  // namespace nacre::tools
