// DictVectorizer: a dict of names is a row of a table with a column for each name. A missing value is a name that the
// dict does not have, which gives zeros; but an empty text is one where training met it, as csv.DictReader gives it.

#include "tools/sklearn/dict_vectorizer.hpp"

#include <algorithm>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/categories.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

std::vector<std::int64_t> places_of_kind(const std::vector<DictColumn>& columns, bool is_text) {
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].is_text == is_text) places.push_back(static_cast<std::int64_t>(i));
  return places;
}

/// What the columns of one kind give, and of each of its features which one it is.
struct Features {
  ValueId value;
  std::vector<std::int64_t> numbers;
};

Features numbers_of(const Estimator& estimator, ValueId x, const std::vector<DictColumn>& columns) {
  const std::vector<std::int64_t> places = places_of_kind(columns, false);
  const ValueId zeros = Algebra(estimator).constant({std::ssize(places)}, std::vector<double>(places.size()));
  Features part{estimator.graph.add(parameters::Impute{}, {select_columns(estimator, x, places), zeros},
                                estimator.name + ".numbers"),
            {}};
  for (const std::int64_t place : places)
    part.numbers.push_back(columns[static_cast<std::size_t>(place)].features[0].second);
  return part;
}

Features texts_of(const Estimator& estimator, ValueId x, const std::vector<DictColumn>& columns) {
  const std::vector<std::int64_t> places = places_of_kind(columns, true);
  std::vector<CategoryList> lists;
  std::vector<std::int64_t> sources, first;  // by feature its column, by column its first feature
  Features part{};
  for (std::size_t i = 0; i < places.size(); ++i) {
    CategoryList list;
    list.is_text = true;
    first.push_back(std::ssize(sources));
    for (const auto& [text, feature] : columns[static_cast<std::size_t>(places[i])].features) {
      list.texts.emplace_back(text, list.size++);
      part.numbers.push_back(feature);
      sources.push_back(static_cast<std::int64_t>(i));
    }
    lists.push_back(std::move(list));
  }
  const Found found = find_categories(estimator, select_columns(estimator, x, places), lists, false);
  std::vector<double> positions;
  for (const auto& [column, category] : found.meaning)
    positions.push_back(static_cast<double>(category < 0 ? category : first[column] + category));
  part.value = one_hot(estimator, found, positions, sources);
  return part;
}

ValueId transform_dict_vectorizer(const Estimator& estimator, ValueId x) {
  const std::vector<DictColumn> columns = dict_columns(estimator.value);
  std::vector<ValueId> parts;
  std::vector<std::int64_t> order;  // by feature where it stands
  std::int64_t next = 0;
  for (auto* const part_of : {numbers_of, texts_of}) {
    if (places_of_kind(columns, part_of == texts_of).empty()) continue;
    const Features part = part_of(estimator, x, columns);
    parts.push_back(part.value);
    for (const std::int64_t feature : part.numbers) {
      order.resize(std::max(order.size(), static_cast<std::size_t>(feature) + 1));
      order[static_cast<std::size_t>(feature)] = next++;
    }
  }
  const Algebra algebra(estimator);
  ValueId y = algebra.join(parts);
  if (!std::ranges::is_sorted(order)) y = algebra.columns(y, order);
  return as_stored(estimator, y);
}

}  // namespace

std::vector<DictColumn> dict_columns(const Value& vectorizer) {
  const Value names = vectorizer.attribute("feature_names_");
  const std::string separator = text_of(vectorizer, "separator");
  if (separator.empty()) vectorizer.refuse("has no separator between names and texts", "train it with separator=\"=\"");
  std::vector<DictColumn> columns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string feature = names.at(i).as_string();
    const std::size_t end = feature.find(separator);
    const bool is_text = end != feature.npos;
    const std::string name = feature.substr(0, end);
    auto column = std::ranges::find(columns, name, &DictColumn::name);
    if (column == columns.end()) column = columns.insert(column, {name, is_text, {}});
    if (column->is_text != is_text)
      vectorizer.refuse("has numbers and texts under the name " + name, "make all of them texts before training");
    column->features.emplace_back(is_text ? feature.substr(end + separator.size()) : "", i);
  }
  if (columns.empty()) vectorizer.refuse("knows no feature", "train it on dicts that have some");
  return columns;
}

std::span<const SklearnClass> dict_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("DictVectorizer", transform_dict_vectorizer, "dtype separator sort sparse", kTakesTexts),
  };
  return kRows;
}

}  // namespace nacre::tools
