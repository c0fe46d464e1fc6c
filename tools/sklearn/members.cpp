// What ensembles ask of the models that they are made of.

#include "tools/sklearn/members.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "tools/sklearn/algebra.hpp"

namespace nacre::tools {

std::vector<Value> members_of(const Estimator& estimator, std::string_view attribute) {
  const Value list = estimator.value.attribute(attribute);
  std::vector<Value> members;
  for (std::size_t i = 0; i < list.size(); ++i) members.push_back(unwrap(list.at(i)));
  if (members.empty()) estimator.refuse("holds no models", "save the model after it has been fitted");
  return members;
}

Predictions ask_member(const Estimator& estimator, const Value& member, const std::string& name, ValueId x) {
  Predictions made = import_predict(estimator.with(unwrap(member), name), x);
  if (!made.predict) estimator.refuse("holds a " + member.class_name() + ", which predicts nothing", "use another");
  return made;
}

Labels labels_of(const Estimator& estimator, const Predictions& predictions) {
  const Graph& graph = estimator.graph;
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
    if (node->outputs.front() != *predictions.predict) continue;
    if (node->op() != Operator::label_decode || graph.shape(*predictions.predict).size() != 1) break;
    if (node->inputs.size() == 2) return {node->inputs[0], *graph.values[node->inputs[1]].constant};
    const std::vector<std::string>& texts = predictions.labels;
    return {node->inputs[0], Array({static_cast<std::int64_t>(texts.size())}, texts)};
  }
  estimator.refuse("holds a model that does not answer with one label", "train one model for each target");
}

std::vector<std::int64_t> places_among(const Estimator& estimator, const Array& own, const Array& all) {
  const std::vector<std::string> texts = label_texts(all);
  std::vector<std::int64_t> places;
  for (const std::string& label : label_texts(own)) {
    const auto found = std::find(texts.begin(), texts.end(), label);
    if (found == texts.end()) estimator.refuse("holds a model of a class " + label + " that it does not have",
                                               "save the model again");
    places.push_back(found - texts.begin());
  }
  return places;
}

std::vector<std::int64_t> numbers_of_classes(const Estimator& estimator, const Array& own, std::int64_t count) {
  if (own.type() == ElementType::string)
    estimator.refuse("holds a model of text labels where it encodes its labels", "save the model again");
  std::vector<std::int64_t> places;
  for (const double label : own.to<double>()) {
    if (!(label >= 0) || label >= static_cast<double>(count) || label != std::floor(label))
      estimator.refuse("holds a model of a class that it does not have", "save the model again");
    places.push_back(static_cast<std::int64_t>(label));
  }
  return places;
}

Array chosen_classes(const Array& classes, const std::vector<std::int64_t>& places) {
  const Dimensions shape{static_cast<std::int64_t>(places.size())};
  const auto choose = [&](const auto& all) {
    std::remove_cvref_t<decltype(all)> chosen;
    for (const std::int64_t place : places) chosen.push_back(all.at(static_cast<std::size_t>(place)));
    return chosen;
  };
  switch (classes.type()) {
    case ElementType::string: return Array(shape, choose(classes.strings()));
    case ElementType::float16:
    case ElementType::float32:
    case ElementType::float64: return Array::of(ElementType::float64, shape, choose(classes.to<double>()));
    case ElementType::uint64: return Array::of(ElementType::uint64, shape, choose(classes.to<std::uint64_t>()));
    default: return Array::of(ElementType::int64, shape, choose(classes.to<std::int64_t>()));
  }
}

ValueId join_labels(const Estimator& estimator, const std::vector<Labels>& targets) {
  std::vector<Array> classes;
  std::vector<ValueId> indices;
  std::vector<std::int64_t> firsts;
  std::int64_t first = 0;
  for (const Labels& target : targets) {
    classes.push_back(target.classes);
    indices.push_back(as_column(estimator, target.index));
    firsts.push_back(first);
    first += static_cast<std::int64_t>(target.classes.size());
  }
  Program add;
  add.then(MapFunction::add, DataType::int32, {{Operand::Kind::input, 0}, {Operand::Kind::input, 1}});
  const Dimensions shape{static_cast<std::int64_t>(firsts.size())};
  const ValueId offsets =
      estimator.graph.add_constant(Array::of(ElementType::int32, shape, firsts), DataType::int32);
  const ValueId joined = estimator.graph.add_map(std::move(add), {Algebra(estimator).join(indices), offsets});
  return decode_labels(estimator, join_classes(estimator, classes), joined);
}

ValueId vote(const Estimator& estimator, const Labels& labels, const std::vector<std::int64_t>& places,
             std::int64_t count) {
  const auto rows = static_cast<std::int64_t>(places.size());
  std::vector<double> table(static_cast<std::size_t>(rows * count));
  for (std::size_t row = 0; row < places.size(); ++row)
    table[row * static_cast<std::size_t>(count) + static_cast<std::size_t>(places[row])] = 1;
  return Algebra(estimator).lookup(std::move(table), {rows, count}, labels.index);
}

ValueId spread_columns(const Estimator& estimator, ValueId scores, const std::vector<std::int64_t>& places,
                       std::int64_t count) {
  std::vector<std::int64_t> in_order(static_cast<std::size_t>(count));
  std::iota(in_order.begin(), in_order.end(), std::int64_t{0});
  if (places == in_order) return scores;
  std::vector<double> matrix(places.size() * static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < places.size(); ++i)
    matrix[i * static_cast<std::size_t>(count) + static_cast<std::size_t>(places[i])] = 1;
  return Algebra(estimator).product(scores, matrix, std::vector<double>(static_cast<std::size_t>(count)));
}

Belief belief_of(const Estimator& estimator, const Predictions& predictions) {
  if (is_regressor(predictions)) return {as_column(estimator, *predictions.predict), 0.5};
  if (predictions.decision_function) {
    const ValueId score = as_column(estimator, *predictions.decision_function);
    if (estimator.graph.type(score).last() == 1) return {score, 0};
    estimator.refuse("holds a model of more classes than two", "save the model again");
  }
  if (!predictions.predict_proba)
    estimator.refuse("holds a classifier that has neither decisions nor probabilities", "use one that has them");
  const std::int64_t classes = estimator.graph.type(*predictions.predict_proba).last();
  if (classes != 2) estimator.refuse("holds a model of another number of classes than two", "save the model again");
  return {Algebra(estimator).column(*predictions.predict_proba, 1), 0.5};
}

ValueId number_column(const Estimator& estimator, const Predictions& predictions) {
  if (is_regressor(predictions)) return as_column(estimator, *predictions.predict);
  const Labels labels = labels_of(estimator, predictions);
  if (labels.classes.type() == ElementType::string)
    estimator.refuse("takes text labels for numbers", "train it on labels that are numbers");
  const auto count = static_cast<std::int64_t>(labels.classes.size());
  return Algebra(estimator).lookup(labels.classes.to<double>(), {count, 1}, labels.index);
}

ValueId largest_share(const Estimator& estimator, ValueId shares) {
  const ValueId index = Algebra(estimator).arg_max(shares);
  decide_in_float64(estimator);
  return index;
}

ValueId counted_down(const Estimator& estimator, ValueId index, std::int64_t last) {
  Program program;
  const Operand from = program.literal(static_cast<double>(last), DataType::int32);
  program.then(MapFunction::subtract, DataType::int32, {from, {Operand::Kind::input, 0}});
  return estimator.graph.add_map(std::move(program), {index}, estimator.name + ".index");
}

void decide_in_float64(const Estimator& estimator) {
  Doubt doubt{estimator.graph.nodes.back().name, "shares near 0 and 1 decide, which float32 does not tell apart", ""};
  doubt.of_rows = true;
  estimator.graph.doubts.push_back(std::move(doubt));
}

ValueId sum_of(const Estimator& estimator, const std::vector<ValueId>& terms) {
  const Algebra algebra(estimator);
  ValueId sum = terms.at(0);
  for (std::size_t i = 1; i < terms.size(); ++i) sum = algebra.add(sum, terms[i]);
  return sum;
}

}  // namespace nacre::tools
