// Which columns of a model's rows are texts: the categories that encoders learned say it, before anything is imported.

#include <algorithm>
#include <cmath>

#include "tools/sklearn/dict_vectorizer.hpp"
#include "tools/sklearn/refused_values.hpp"
#include "tools/sklearn/table.hpp"

namespace nacre::tools {
namespace {

/// Those that take documents, one in a column.
constexpr std::string_view kTakesDocuments[] = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"};

/// Whether a list of categories, or what an imputer fills in, is or has a text.
bool is_of_texts(const Value& list) {
  if (list.is_string()) return true;
  if (list.is_array() && list.numpy().type->kind != NumpyType::Kind::object)
    return list.numpy().type->element_type() == ElementType::string;
  if (!list.is_sequence()) return false;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (const Value item = list.at(i); item.is_string() || (item.is_array() && is_of_texts(item))) return true;
  return false;
}

/// Whether all categories of a list are numbers, missing ones aside: one at least.
bool is_of_numbers(const Value& list) {
  if (list.is_array() && list.numpy().type->kind != NumpyType::Kind::object)
    return list.numpy().type->element_type() != ElementType::string;
  const auto is_number = [](const Value& item) {
    return item.is_array() || (item.is_number() && !std::isnan(item.as_double()));
  };
  bool has_number = false;
  for (std::size_t i = 0; i < list.size(); ++i) has_number = has_number || is_number(list.at(i));
  return has_number && !is_of_texts(list);
}

/// Marks the columns of a table as the parts of a model read them.
class Kinds {
 public:
  explicit Kinds(std::int64_t width)
      : kinds_(static_cast<std::size_t>(width), ColumnKind::unread), is_sure_(kinds_.size()) {}

  std::vector<ColumnKind> of(const Value& model) {
    std::vector<std::int64_t> places;
    for (std::size_t i = 0; i < kinds_.size(); ++i) places.push_back(static_cast<std::int64_t>(i));
    visit(model, places);
    return std::move(kinds_);
  }

 private:
  using Places = std::vector<std::int64_t>;

  void note(const Places& places, std::size_t i, bool text) {
    if (i >= places.size()) return;
    if (is_sure_.at(static_cast<std::size_t>(places[i]))) return;
    ColumnKind& kind = kinds_.at(static_cast<std::size_t>(places[i]));
    if (text) kind = ColumnKind::text;
    else if (kind == ColumnKind::unread) kind = ColumnKind::number;
  }
  void note_all(const Places& places, bool text) {
    for (std::size_t i = 0; i < places.size(); ++i) note(places, i, text);
  }

  void visit(const Value& value, const Places& places) {
    if (!value.is_object()) return note_all(places, false);
    const Value model = unwrap(value);
    const std::string name = sklearn_class(model);
    if (name == "Pipeline") visit_steps(model, places);
    else if (name == "ColumnTransformer") visit_parts(model, places);
    else if (name == "FeatureUnion") visit_list(model.attribute("transformer_list"), places);
    else if (std::ranges::find(kTakesDocuments, name) != std::end(kTakesDocuments)) note_all(places, true);
    else if (name == "DictVectorizer") visit_dicts(model, places);
    else if (name == "LabelBinarizer") note_all(places, is_of_texts(model.attribute("classes_")));
    else if (const auto lists = model.find("categories_"); lists && lists->is_sequence()) visit_each(*lists, places);
    else if (name == "SimpleImputer" && model.has("statistics_")) visit_fills(model.attribute("statistics_"), places);
    else if (hands_on(name)) visit_members(model, places);
    else note_all(places, false);
  }

  void visit_dicts(const Value& vectorizer, const Places& places) {
    const std::vector<DictColumn> columns = dict_columns(vectorizer);
    for (std::size_t i = 0; i < columns.size(); ++i) note(places, i, columns[i].is_text);
  }

  void visit_each(const Value& lists, const Places& places) {
    for (std::size_t i = 0; i < std::min(lists.size(), places.size()); ++i) {
      note(places, i, is_of_texts(lists.at(i)));
      if (!is_of_numbers(lists.at(i))) continue;  // whatever an imputer before it would fill in
      const auto place = static_cast<std::size_t>(places[i]);
      kinds_.at(place) = ColumnKind::number, is_sure_.at(place) = true;
    }
  }

  void visit_fills(const Value& fills, const Places& places) {
    if (!fills.is_sequence()) return note_all(places, is_of_texts(fills));
    for (std::size_t i = 0; i < fills.size(); ++i) note(places, i, is_of_texts(fills.at(i)));
  }

  /// Steps that keep columns as they are say nothing of what the next one takes; the first other one does.
  void visit_steps(const Value& pipeline, const Places& places) {
    const Value steps = pipeline.attribute("steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Value step = steps.at(i).at(1);
      if (!step.is_object() || is_sampler(step)) continue;
      const std::string name = sklearn_class(unwrap(step));
      const bool is_named = name == "FunctionTransformer" && step.has("func") && step.attribute("func").is_none();
      if (!is_named) visit(step, places);
      if (name != "SimpleImputer" && !is_named) return;
    }
  }

  void visit_parts(const Value& model, const Places& places) {
    Graph unused;
    const Estimator estimator{unused, model, ""};
    const Value parts = model.attribute("transformers_");
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Value part = parts.at(i);
      if (part.at(1).is_none() || (part.at(1).is_string() && part.at(1).as_string() == "drop")) continue;
      Places own;
      for (const std::int64_t place : places_of(estimator, part.at(0).as_string(), part.at(2),
                                                static_cast<std::int64_t>(places.size())))
        if (place >= 0 && place < static_cast<std::int64_t>(places.size()))
          own.push_back(places[static_cast<std::size_t>(place)]);
      visit(part.at(1), own);
    }
  }

  void visit_list(const Value& list, const Places& places) {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (list.at(i).at(1).is_object()) visit(list.at(i).at(1), places);
  }

  /// Models that hand rows on to others.
  void visit_members(const Value& model, const Places& places) {
    bool has_any = false;
    const auto visit_one = [&](const Value& member) { has_any = true, visit(member, places); };
    for (const char* name : {"estimators_", "calibrated_classifiers_"})
      if (const auto list = model.find(name); list && list->is_sequence())
        for (std::size_t i = 0; i < list->size(); ++i)
          if (list->at(i).is_object()) visit_one(list->at(i));
    for (const char* name : {"estimator_", "regressor_", "estimator", "base_estimator"})
      if (const auto inner = model.find(name); inner && inner->is_object() && is_fitted(*inner)) visit_one(*inner);
    if (!has_any) note_all(places, false);
  }

  /// Whether fitting has left anything in a model, or in a step of it.
  static bool is_fitted(const Value& model) {
    if (const auto steps = model.find("steps"))
      return steps->size() > 0 && steps->at(0).at(1).is_object() && is_fitted(steps->at(0).at(1));
    return model.has("n_features_in_") || model.has("transformers_") || model.has("categories_");
  }

  std::vector<ColumnKind> kinds_;
  std::vector<bool> is_sure_;  ///< by column: an encoder knows it by numbers
};

}  // namespace

std::vector<ColumnKind> column_kinds(const Value& model, std::int64_t width) { return Kinds(width).of(model); }

}  // namespace nacre::tools
