// Encoders of categories: OneHotEncoder, OrdinalEncoder, TargetEncoder.

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/graph/moves.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/categories.hpp"
#include "tools/sklearn/dict_vectorizer.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/preprocessing.hpp"

namespace nacre::tools {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kNone = -1;  // no column of a one-hot row

std::vector<CategoryList> category_lists(const Estimator& estimator) {
  const Value all = estimator.value.attribute("categories_");
  std::vector<CategoryList> lists;
  for (std::size_t i = 0; i < all.size(); ++i) lists.push_back(CategoryList::read(all.at(i)));
  return lists;
}

/// What an encoder keeps for column `i` under a name; none where it keeps nothing.
std::optional<Value> kept(const Value& encoder, std::string_view name, std::size_t i) {
  const auto all = encoder.find(name);
  if (!all || all->is_none()) return std::nullopt;
  const Value own = all->at(i);
  return own.is_none() ? std::nullopt : std::optional(own);
}

/// The categories of a column after the rare ones have become one, the last.
struct Groups {
  std::vector<std::int64_t> of;  ///< by category; empty: each by itself
  std::int64_t count;            ///< of groups
  bool has_rare = false;

  Groups(const Value& encoder, std::size_t i, std::int64_t categories) : count(categories) {
    const auto mapping = kept(encoder, "_default_to_infrequent_mappings", i);
    if (!mapping) return;
    of = mapping->as_array().to<std::int64_t>();
    count = of.empty() ? 0 : *std::ranges::max_element(of) + 1;
    has_rare = true;
  }
  std::int64_t operator[](std::int64_t category) const {
    return of.empty() ? category : of.at(static_cast<std::size_t>(category));
  }
  std::int64_t rare() const { return count - 1; }
};

/// A number for each place, in one table that layers look values up in.
template <typename Number>
std::vector<double> table_of(const Found& found, Number number_of_category) {
  std::vector<double> table;
  for (const auto& [column, category] : found.meaning) table.push_back(number_of_category(column, category));
  return table;
}

/// Of each column one number, by its place.
ValueId look_up(const Estimator& estimator, const Found& found, Dimensions shape, std::vector<double> table) {
  const ValueId constant = estimator.graph.add_constant(std::move(shape), std::move(table));
  estimator.graph.values[constant].may_be_missing = true;
  return add_lookup(estimator.graph, constant, found.places, estimator.name);
}

/// The group that an encoder drops from a column, after rare categories have become one.
std::int64_t dropped(const Estimator& estimator, std::size_t i) {
  if (const auto drop = estimator.value.find("drop"); !drop || drop->is_none()) return kNone;
  const char* const name =
      estimator.value.has("_drop_idx_after_grouping") ? "_drop_idx_after_grouping" : "drop_idx_";
  const Value all = estimator.value.attribute(name);
  if (all.is_array() && all.numpy().type->kind != NumpyType::Kind::object)
    return all.as_array().to<std::int64_t>().at(i);
  const Value own = all.at(i);
  return own.is_none() ? kNone : own.as_int();
}

ValueId transform_legacy_one_hot(const Estimator& estimator, ValueId x);

/// In releases before 0.22 an encoder of small integers may work as all did before 0.20.
bool is_legacy(const Value& encoder) {
  if (const auto mode = encoder.find("_legacy_mode")) return mode->is_number() && mode->as_bool();
  return encoder.has("feature_indices_");
}

ValueId transform_one_hot_encoder(const Estimator& estimator, ValueId x) {
  if (is_legacy(estimator.value)) return transform_legacy_one_hot(estimator, x);
  const std::vector<CategoryList> lists = category_lists(estimator);
  const std::string unknown = text_of(estimator.value, "handle_unknown");
  if (unknown != "error" && unknown != "ignore" && unknown != "infrequent_if_exist" && unknown != "warn")
    estimator.refuse("handles unknown categories by " + unknown, "use error, ignore, infrequent_if_exist or warn");
  std::vector<std::vector<std::int64_t>> columns(lists.size());  // of each category, behind the last that of others
  std::vector<std::int64_t> sources;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const Groups groups(estimator.value, i, lists[i].size);
    const std::int64_t drop = dropped(estimator, i), first = std::ssize(sources);
    const auto column = [&](std::int64_t group) {
      return group == drop ? kNone : first + group - (drop != kNone && group > drop ? 1 : 0);
    };
    for (std::int64_t category = 0; category < lists[i].size; ++category)
      columns[i].push_back(column(groups[category]));
    const bool others_are_rare = groups.has_rare && (unknown == "infrequent_if_exist" || unknown == "warn");
    columns[i].push_back(others_are_rare ? column(groups.rare()) : kNone);
    sources.resize(static_cast<std::size_t>(first + groups.count - (drop == kNone ? 0 : 1)),
                   static_cast<std::int64_t>(i));
  }
  const Found found = find_categories(estimator, x, lists, unknown == "error");
  const auto column_of = [&](std::size_t column, std::int64_t category) {
    const std::vector<std::int64_t>& own = columns[column];
    return static_cast<double>(category < 0 ? own.back() : own.at(static_cast<std::size_t>(category)));
  };
  return as_stored(estimator, one_hot(estimator, found, table_of(found, column_of), sources));
}

/// Which columns an encoder of releases before 0.22 encodes, as a mask; none where it encodes all.
std::optional<std::vector<std::uint8_t>> encoded_columns(const Value& encoder) {
  auto chosen = encoder.find("_categorical_features");
  if (!chosen) chosen = encoder.find("categorical_features");
  if (!chosen || chosen->is_none() || chosen->is_string()) return std::nullopt;
  const bool is_list_of_truths =
      !chosen->is_array() && chosen->is_sequence() && chosen->size() > 0 && chosen->at(0).kind() == Kind::boolean;
  const Array listed = chosen->as_array();
  if (listed.type() != ElementType::boolean && !is_list_of_truths)
    encoder.refuse("encodes listed columns and does not say how many there are", "state them as a mask");
  return listed.to<std::uint8_t>();
}

std::vector<std::int64_t> integers(const Value& encoder, std::initializer_list<std::string_view> names) {
  return encoder.attribute(names).as_array().to<std::int64_t>();
}

/// Before 0.20 categories are integers from 0 on. Those that training did not meet have no column, and are none the
/// less known. Columns that are not encoded follow behind.
ValueId transform_legacy_one_hot(const Estimator& estimator, ValueId x) {
  const Value& encoder = estimator.value;
  const std::int64_t width = estimator.graph.type(x).last();
  const auto mask = encoded_columns(encoder);
  std::vector<std::int64_t> encoded, others;
  for (std::int64_t i = 0; i < width; ++i)
    (!mask || mask->at(static_cast<std::size_t>(i)) != 0 ? encoded : others).push_back(i);
  const std::vector<std::int64_t> counts = integers(encoder, {"n_values_", "_n_values_"});
  const std::vector<std::int64_t> starts = integers(encoder, {"feature_indices_", "_feature_indices_"});
  const char* const active = encoder.has("active_features_") ? "active_features_" : "_active_features_";
  if (counts.size() != encoded.size() || starts.size() != encoded.size() + 1)
    estimator.refuse("has parts that do not fit each other", "save the model again");
  std::vector<std::int64_t> columns(static_cast<std::size_t>(starts.back()), kNone), sources;
  const auto add_column = [&](std::int64_t at) {
    const auto source = std::ranges::upper_bound(starts, at) - starts.begin() - 1;
    columns.at(static_cast<std::size_t>(at)) = std::ssize(sources);
    sources.push_back(source);
  };
  if (encoder.has(active))
    for (const std::int64_t at : integers(encoder, {active})) add_column(at);
  else
    for (std::int64_t at = 0; at < starts.back(); ++at) add_column(at);
  std::vector<CategoryList> lists(encoded.size());
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (; lists[i].size < counts[i]; ++lists[i].size) {  // numbers are cut to integers
      const auto number = static_cast<double>(lists[i].size);
      lists[i].numbers.push_back({number == 0 ? std::nextafter(-1.0, 0.0) : number, std::nextafter(number + 1, 0.0),
                                  lists[i].size});
    }
  }
  const Algebra algebra(estimator);
  const ValueId rows = std::ssize(encoded) == width ? x : algebra.columns(x, encoded);
  const Found found = find_categories(estimator, rows, lists, text_of(encoder, "handle_unknown") == "error");
  const auto column_of = [&](std::size_t column, std::int64_t category) {
    return category < 0 ? -1.0 : static_cast<double>(columns[static_cast<std::size_t>(starts[column] + category)]);
  };
  std::vector<ValueId> parts{as_stored(estimator, one_hot(estimator, found, table_of(found, column_of), sources))};
  if (!others.empty()) parts.push_back(algebra.columns(x, others));
  return algebra.join(parts);
}

ValueId transform_ordinal_encoder(const Estimator& estimator, ValueId x) {
  const Value& encoder = estimator.value;
  const std::vector<CategoryList> lists = category_lists(estimator);
  const bool takes_others = text_of(encoder, "handle_unknown") == "use_encoded_value";
  const double unknown = number_of(encoder, "unknown_value").value_or(kNaN),
               missing = number_of(encoder, "encoded_missing_value").value_or(kNaN);
  std::vector<Groups> groups;
  std::vector<std::int64_t> missing_categories(lists.size(), kNone);
  for (std::size_t i = 0; i < lists.size(); ++i) groups.emplace_back(encoder, i, lists[i].size);
  if (const auto indices = encoder.find("_missing_indices"))
    for (const auto& [column, category] : indices->items())
      missing_categories.at(static_cast<std::size_t>(column.as_int())) = category.as_int();
  const Found found = find_categories(estimator, x, lists, !takes_others);
  const auto number = [&](std::size_t column, std::int64_t category) {
    if (category < 0) return unknown;
    return category == missing_categories[column] ? missing : static_cast<double>(groups[column][category]);
  };
  return look_up(estimator, found, {std::ssize(found.meaning)}, table_of(found, number));
}

/// Of each column one number, of several classes one for each.
ValueId transform_target_encoder(const Estimator& estimator, ValueId x) {
  const Value& encoder = estimator.value;
  const std::vector<CategoryList> lists = category_lists(estimator);
  const bool is_multiclass = text_of(encoder, "target_type_") == "multiclass";
  const std::size_t classes = is_multiclass ? encoder.attribute("classes_").as_array().size() : 1;
  const Value all = encoder.attribute("encodings_");
  std::vector<std::vector<double>> encodings;
  for (std::size_t i = 0; i < all.size(); ++i) encodings.push_back(all.at(i).as_doubles());
  const std::vector<double> means = encoder.attribute("target_mean_").as_doubles();
  if (encodings.size() != lists.size() * classes || means.size() != classes)
    estimator.refuse("has parts that do not fit each other", "save the model again");
  const Found found = find_categories(estimator, x, lists, false);
  std::vector<double> table;
  for (const auto& [column, category] : found.meaning)
    for (std::size_t k = 0; k < classes; ++k)
      table.push_back(category < 0 ? means[k]
                                   : encodings[column * classes + k].at(static_cast<std::size_t>(category)));
  const auto count = std::ssize(found.meaning), width = static_cast<std::int64_t>(classes);
  if (!is_multiclass) return look_up(estimator, found, {count}, std::move(table));
  const ValueId rows = look_up(estimator, found, {count, width}, std::move(table));
  return add_reshape(estimator.graph, rows, {std::ssize(lists) * width}, "");
}

/// One column of labels, of two classes whether a label is the second.
ValueId transform_label_binarizer(const Estimator& estimator, ValueId x) {
  const Value& encoder = estimator.value;
  const std::string kind = text_of(encoder, "y_type_");
  if (kind != "binary" && kind != "multiclass") estimator.refuse("was fitted on " + kind + " targets", "leave it out");
  const std::vector<CategoryList> lists{CategoryList::read(encoder.attribute("classes_"))};
  const std::int64_t classes = lists[0].size, width = classes > 2 ? classes : 1;
  const double off = number_of(encoder, "neg_label").value_or(0), on = number_of(encoder, "pos_label").value_or(1);
  const Found found = find_categories(estimator, x, lists, false);
  const ValueId y = one_hot(estimator, found, table_of(found, [&](std::size_t, std::int64_t category) {
                              return static_cast<double>(classes > 2 ? category : category == 1 ? 0 : kNone);
                            }), std::vector<std::int64_t>(static_cast<std::size_t>(width), 0));
  return off == 0 && on == 1 ? y : Algebra(estimator).scaled(y, on - off, off);
}

}  // namespace

std::optional<std::int64_t> encoded_features(const Value& encoder) {
  const std::string name = sklearn_class(encoder);
  if (name == "LabelBinarizer") return 1;
  if (name == "DictVectorizer") return std::ssize(dict_columns(encoder));
  if (name != "OneHotEncoder" && name != "OrdinalEncoder" && name != "TargetEncoder") return std::nullopt;
  if (const auto stated = number_of(encoder, "n_features_in_")) return static_cast<std::int64_t>(*stated);
  if (!is_legacy(encoder)) {
    const auto lists = encoder.find("categories_");
    return lists ? std::optional(static_cast<std::int64_t>(lists->size())) : std::nullopt;
  }
  if (const auto mask = encoded_columns(encoder)) return std::ssize(*mask);
  return std::ssize(integers(encoder, {"feature_indices_", "_feature_indices_"})) - 1;
}

std::span<const SklearnClass> encoder_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("OneHotEncoder", transform_one_hot_encoder,
                  "categorical_features categories drop dtype feature_name_combiner handle_unknown max_categories "
                  "min_frequency n_values sparse sparse_output", kTakesTexts),
      transformer("OrdinalEncoder", transform_ordinal_encoder,
                  "categories dtype encoded_missing_value handle_unknown max_categories min_frequency unknown_value",
                  kTakesTexts | kKeepsColumns),
      transformer("TargetEncoder", transform_target_encoder, "categories cv random_state shuffle smooth target_type",
                  kTakesTexts),
      transformer("LabelBinarizer", transform_label_binarizer, "neg_label pos_label sparse_output", kTakesTexts),
  };
  return kRows;
}

}  // namespace nacre::tools
