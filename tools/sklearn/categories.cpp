#include "tools/sklearn/categories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "tools/graph/moves.hpp"
#include "tools/graph/sparse.hpp"
#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/missing_kinds.hpp"
#include "tools/sklearn/table.hpp"
#include "tools/trees/column_path.hpp"
#include "tools/trees/forest.hpp"
#include "tools/trees/thresholds.hpp"

namespace nacre::tools {
namespace {

constexpr double kBeyondAll = std::numeric_limits<double>::infinity();
constexpr std::int64_t kOther = -1;

void add_missing(CategoryList& list, MissingKind kind, const Value& categories) {
  if (list.missing) categories.refuse("tells None from NaN, which are both a missing value", "make them one of both");
  list.missing = list.size++, list.missing_kind = kind;
}

/// A category of float32 stands for its decimal too: rows are either.
void add_number(CategoryList& list, double number, bool is_float32) {
  const double decimal = is_float32 ? decimal_of(static_cast<float>(number)) : number;
  list.numbers.push_back({std::min(number, decimal), std::max(number, decimal), list.size++});
}

void add_items(CategoryList& list, const Array& items, const Value& categories) {
  if (items.type() == ElementType::string) {
    for (const std::string& text : items.strings()) list.texts.emplace_back(text, list.size++);
    return;
  }
  for (const double number : items.to<double>())
    if (std::isnan(number)) add_missing(list, MissingKind::nan, categories);
    else add_number(list, number, items.type() == ElementType::float32);
}

}  // namespace

CategoryList CategoryList::read(const Value& categories) {
  CategoryList list;
  if (categories.is_array() && categories.numpy().type->kind != NumpyType::Kind::object)
    add_items(list, categories.as_array(), categories);
  else
    for (std::size_t i = 0; i < categories.size(); ++i) {
      const Value item = categories.at(i);
      if (const auto kind = tools::missing_kind(item)) add_missing(list, *kind, categories);
      else if (item.is_string()) list.texts.emplace_back(item.as_string(), list.size++);
      else add_items(list, item.as_array(), categories);
    }
  if (!list.texts.empty() && !list.numbers.empty())
    categories.refuse("has texts and numbers in one column", "make all of them texts before training");
  list.is_text = !list.texts.empty();
  return list;
}

namespace {

/// The part of a row that is looked up in one way, and the places that its columns have.
struct Part {
  std::vector<std::size_t> columns;  ///< of the row
  std::vector<Column> sources;
};

/// Gives places to the categories of columns.
class Finder {
 public:
  Finder(const Estimator& estimator, ValueId x, const std::vector<CategoryList>& lists, bool refuses_others)
      : estimator_(estimator),
        lists_(lists),
        refuses_others_(refuses_others),
        columns_(columns_of(estimator.graph, x)) {
    if (columns_.size() != lists.size())
      estimator.refuse("takes another number of columns than it gets", "save the model again");
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (lists[i].missing) say_missing_kind(estimator, columns_[i], lists[i].missing_kind);
      if (std::ranges::find(lists[i].texts, "", [](const auto& text) { return text.first; }) != lists[i].texts.end())
        say_missing_kind(estimator, columns_[i], MissingKind::empty_text);
      Part& part = holds_text(estimator.graph, columns_[i]) ? texts_ : numbers_;
      part.columns.push_back(i), part.sources.push_back(columns_[i]);
    }
  }

  Found run() {
    std::vector<ValueId> parts;
    if (!texts_.columns.empty()) parts.push_back(find_texts());
    if (!numbers_.columns.empty()) parts.push_back(find_numbers());
    const Algebra algebra(estimator_);
    ValueId places = algebra.join(parts);
    std::vector<std::int64_t> order(columns_.size());
    std::int64_t next = 0;
    for (const Part* part : {&texts_, &numbers_})
      for (const std::size_t column : part->columns) order[column] = next++;
    if (!std::ranges::is_sorted(order)) places = algebra.columns(places, order);
    return {places, std::move(meaning_)};
  }

 private:
  std::int64_t add_place(std::size_t column, std::int64_t category) {
    meaning_.emplace_back(column, category);
    return static_cast<std::int64_t>(meaning_.size()) - 1;
  }

  /// What the texts of a column stand for, a missing one as the empty text.
  std::map<std::string, std::int64_t> categories_of(std::size_t column) const {
    const CategoryList& list = lists_[column];
    if (!list.is_text && !list.numbers.empty())
      estimator_.refuse("has numbers for categories of a column of texts", "encode columns either as texts or numbers");
    std::map<std::string, std::int64_t> known(list.texts.begin(), list.texts.end());
    if (list.missing) known.emplace("", *list.missing);
    std::map<std::string, std::int64_t> all = known;
    for (const auto& [from, to] : columns_[column].replaced) {
      const auto found = known.find(to);
      all[from] = found == known.end() ? kOther : found->second;
    }
    if (refuses_others_) std::erase_if(all, [](const auto& entry) { return entry.second == kOther; });
    return all;
  }

  ValueId find_texts() {
    Graph& graph = estimator_.graph;
    std::vector<std::string> list;
    std::vector<std::int64_t> columns;
    for (std::size_t i = 0; i < texts_.columns.size(); ++i) {
      const std::size_t column = texts_.columns[i];
      if (texts_.sources[i].source != texts_.sources[0].source)
        estimator_.refuse("takes texts of several inputs", "give it columns of one table");
      const std::map<std::string, std::int64_t> categories = categories_of(column);
      for (const auto& [text, category] : categories) list.push_back(text), (void)add_place(column, category);
      if (!refuses_others_) list.emplace_back(), (void)add_place(column, kOther);
      if (categories.empty() && refuses_others_) estimator_.refuse("has no categories", "train it on data");
      columns.insert(columns.end(), {texts_.sources[i].element, static_cast<std::int64_t>(list.size())});
      add_samples(column, categories);
    }
    const auto count = static_cast<std::int64_t>(texts_.columns.size()), texts = static_cast<std::int64_t>(list.size());
    std::vector<ValueId> inputs = label_constants(graph, Array({texts}, std::move(list)));
    inputs.insert(inputs.begin(), {texts_.sources[0].source,
                                   graph.add_constant(Array::of(ElementType::int32, {count, 2}, columns),
                                                      DataType::int32)});
    return graph.add(parameters::FindText{.refuses_others = refuses_others_}, std::move(inputs),
                     estimator_.name + ".find");
  }

  /// Trees look numbers up: they ask about decimals as the library does, wherever columns come from.
  ValueId find_numbers() {
    std::vector<std::int64_t> first;
    for (const std::size_t column : numbers_.columns) {
      const CategoryList& list = lists_[column];
      if (list.is_text) estimator_.refuse("has texts for categories of a column of numbers", "save the model again");
      first.push_back(static_cast<std::int64_t>(meaning_.size()));
      for (const CategoryList::Numbers& numbers : list.numbers) (void)add_place(column, numbers.category);
      if (list.missing) (void)add_place(column, *list.missing);
      if (!refuses_others_) (void)add_place(column, kOther);
    }
    const ValueId x = with_columns(estimator_, numbers_.sources);
    const auto width = static_cast<std::int64_t>(numbers_.columns.size());
    Forest forest(width, 1, width, TreeArithmetic::float64_questions);
    if (refuses_others_) refuse_beyond_float32();
    for (std::size_t i = 0; i < numbers_.columns.size(); ++i) add_tree(forest, i, first[i]);
    add_samples(x);
    const ValueId found = forest.finish(estimator_.graph, x, 1, estimator_.name + ".find");
    Program to_integers;
    to_integers.instructions.push_back(
        {MapFunction::cast, DataType::float32, DataType::int32, {{Operand::Kind::input, 0}}});
    return estimator_.graph.add_map(std::move(to_integers), {found}, estimator_.name + ".places");
  }

  /// A function of one number that is constant up to each end. What is no number is behind the last end, infinity.
  struct Steps {
    std::vector<double> ends;
    std::vector<std::int64_t> places;

    void add(double end, std::int64_t place) {
      if (!ends.empty() && !(end > ends.back())) return;
      ends.push_back(end), places.push_back(place);
    }
    /// Grows a balanced tree over the steps [first, end): leaves are places and a half, which no rounding makes
    /// another place.
    void grow(TreeNodes& tree, std::vector<double>& leaves, std::int64_t feature, std::size_t first,
              std::size_t end) const {
      const std::size_t node = tree.left.size(), middle = first + (end - first) / 2;
      const bool is_leaf = end - first == 1;
      tree.left.push_back(-1), tree.right.push_back(-1), tree.feature.push_back(feature);
      tree.threshold.push_back(is_leaf ? 0 : ends[middle - 1]);
      leaves.push_back(static_cast<double>(places[first]) + 0.5);
      if (is_leaf) return;
      tree.left[node] = static_cast<std::int64_t>(tree.left.size());
      grow(tree, leaves, feature, first, middle);
      tree.right[node] = static_cast<std::int64_t>(tree.left.size());
      grow(tree, leaves, feature, middle, end);
    }
  };

  /// A category that no float32 stands for is never met.
  void refuse_beyond_float32() const {
    for (const std::size_t column : numbers_.columns)
      for (const CategoryList::Numbers& numbers : lists_[column].numbers)
        if (numbers.least == numbers.most && decimal_of(static_cast<float>(numbers.most)) != numbers.most)
          estimator_.refuse(fmt::format("has the category {} in column {}, which float32 does not hold", numbers.most,
                                        column),
                            "make these numbers texts before training, or shorter: six digits, or a whole number up to "
                            "16777216");
  }

  /// The tree of number column `i`, whose places begin with `first`.
  void add_tree(Forest& forest, std::size_t i, std::int64_t first) {
    const CategoryList& list = lists_[numbers_.columns[i]];
    std::int64_t place = first;
    std::map<double, std::pair<double, std::int64_t>> sorted;  // by the least number
    for (const CategoryList::Numbers& numbers : list.numbers)
      sorted.emplace(numbers.least, std::pair(numbers.most, place++));
    const std::int64_t missing = list.missing ? place++ : kOther;
    const std::int64_t other = refuses_others_ ? static_cast<std::int64_t>(meaning_.size()) : place;
    Steps steps;
    for (const auto& [least, rest] : sorted) {
      steps.add(std::nextafter(least, -kBeyondAll), other);
      steps.add(rest.first, rest.second);
    }
    steps.add(kBeyondAll, other);
    steps.places.push_back(missing < 0 ? other : missing);
    TreeNodes tree;
    std::vector<double> leaves;
    steps.grow(tree, leaves, static_cast<std::int64_t>(i), 0, steps.places.size());
    forest.add(tree, static_cast<std::int64_t>(i), [&](std::size_t node) { return std::vector<double>{leaves[node]}; });
  }

  /// The samples of an element of an input: what all who refuse others agree on.
  template <typename Value>
  void keep_samples(std::vector<Value> Samples::* kind, Port& input, std::int64_t element, std::vector<Value> values) {
    const auto [found, is_new] = input.samples.try_emplace(element);
    std::vector<Value>& kept = found->second.*kind;
    if (is_new) kept = std::move(values);
    else if (refuses_others_)
      std::erase_if(kept, [&](const Value& value) { return std::ranges::find(values, value) == values.end(); });
  }

  Port* input_of(ValueId source) const {
    const auto input = std::ranges::find(estimator_.graph.inputs, source, &Port::value);
    return input == estimator_.graph.inputs.end() ? nullptr : &*input;
  }

  void add_samples(std::size_t column, const std::map<std::string, std::int64_t>& categories) {
    std::vector<std::string> texts;
    for (const auto& category : categories) texts.push_back(category.first);
    if (!refuses_others_) texts.emplace_back("another");
    if (Port* const input = input_of(columns_[column].source))
      keep_samples(&Samples::texts, *input, columns_[column].element, std::move(texts));
  }

  void add_samples(ValueId x) {
    const GraphIndex index(estimator_.graph);
    const std::vector<ColumnPath> paths = ColumnPaths(estimator_.graph, index).to(x, true);
    for (std::size_t i = 0; i < paths.size(); ++i) {
      Port* const input = input_of(paths[i].source);
      if (input == nullptr) continue;
      const CategoryList& list = lists_[numbers_.columns[i]];
      std::vector<double> numbers;
      for (const CategoryList::Numbers& known : list.numbers)
        if (std::isfinite(static_cast<float>(known.most)))
          numbers.push_back(known.most - known.least < 0.5 ? known.most : std::trunc(known.most));
      const bool is_filled = std::ranges::any_of(
          paths[i].operations, [](const auto& each) { return each.kind == ColumnPath::Kind::fill; });
      if (list.missing || is_filled) numbers.push_back(std::numeric_limits<double>::quiet_NaN());
      if (!refuses_others_) numbers.push_back(-1e6);
      keep_samples(&Samples::numbers, *input, static_cast<std::int64_t>(paths[i].element), std::move(numbers));
    }
  }

  const Estimator& estimator_;
  const std::vector<CategoryList>& lists_;
  bool refuses_others_;
  std::vector<Column> columns_;
  Part texts_, numbers_;
  std::vector<std::pair<std::size_t, std::int64_t>> meaning_;
};

}  // namespace

Found find_categories(const Estimator& estimator, ValueId x, const std::vector<CategoryList>& lists,
                      bool refuses_others) {
  return Finder(estimator, x, lists, refuses_others).run();
}

ValueId one_hot(const Estimator& estimator, const Found& found, const std::vector<double>& positions,
                const std::vector<std::int64_t>& source_of_column) {
  Graph& graph = estimator.graph;
  const auto places = static_cast<std::int64_t>(positions.size()), width = std::ssize(source_of_column);
  if (width == 0) estimator.refuse("drops every column", "keep one category at least");
  const ValueId table = graph.add_constant(Array::of(ElementType::int32, {places}, positions), DataType::int32);
  ValueId own = add_lookup(graph, table, found.places, estimator.name + ".columns");
  own = add_selection(graph, own, source_of_column, estimator.name + ".spread");
  std::vector<std::int64_t> numbers;
  for (std::int64_t column = 0; column < width; ++column) numbers.push_back(column);
  Program program;
  program.then(MapFunction::equal, DataType::int32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  program.instructions.push_back(
      {MapFunction::cast, DataType::int32, DataType::float32, {{Operand::Kind::output, 0}}});
  const ValueId column_numbers =
      graph.add_constant(Array::of(ElementType::int32, {width}, numbers), DataType::int32);
  return graph.add_map(std::move(program), {own, column_numbers}, estimator.name);
}

ValueId as_stored(const Estimator& estimator, ValueId y) {
  auto is_sparse = estimator.value.find("sparse_output");
  if (!is_sparse) is_sparse = estimator.value.find("sparse");
  return !is_sparse || is_sparse->as_bool() ? y : as_dense_in_library(estimator.graph, y);
}

}  // namespace nacre::tools
