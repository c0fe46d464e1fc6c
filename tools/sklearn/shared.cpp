#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/importer.hpp"

namespace nacre::tools {

void Estimator::refuse(const std::string& what, const std::string& advice) const {
  throw Refusal(value.path().empty() ? name : value.path(), value.class_name() + " " + what, advice);
}

bool saved_before(const Value& value, int major, int minor) {
  const auto version = value.find("_sklearn_version");
  const std::string text = version && version->is_string() ? version->as_string() : "";
  const char* const end = text.data() + text.size();
  int saved_major = 0, saved_minor = 0;
  const auto [dot, error] = std::from_chars(text.data(), end, saved_major);
  if (error == std::errc{} && dot != end) std::from_chars(dot + 1, end, saved_minor);
  return std::pair(saved_major, saved_minor) < std::pair(major, minor);
}

Array classes_of(const Estimator& estimator) {
  if (!estimator.value.find("classes_"))
    if (const auto binarizer = estimator.value.find("_label_binarizer"))
      return binarizer->attribute("classes_").as_array();
  return estimator.value.attribute("classes_").as_array();
}

std::vector<ValueId> label_constants(Graph& graph, const Array& classes) {
  const auto count = static_cast<std::int64_t>(classes.size());
  if (count == 0) throw Refusal("", "the model has no classes", "save the model after it has been fitted");
  if (classes.type() != ElementType::string) {
    const bool real = classes.type() == ElementType::float64 || classes.type() == ElementType::float32 ||
                      classes.type() == ElementType::float16;
    return {graph.add_constant(classes.reshaped({count}), real ? DataType::float64 : DataType::int64)};
  }
  std::vector<std::int64_t> offsets{0};
  std::string text;
  for (const std::string& label : classes.strings()) {
    text += label;
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
  if (text.empty()) text.push_back('\0');  // a tensor has at least one element
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  return {graph.add_constant(Array::of(ElementType::int32, {count + 1}, offsets), DataType::int32),
          graph.add_constant(Array::of(ElementType::uint8, {static_cast<std::int64_t>(bytes.size())}, bytes), DataType::uint8)};
}

ValueId decode_labels(const Estimator& estimator, const Array& classes, ValueId index) {
  std::vector<ValueId> inputs = label_constants(estimator.graph, classes);
  inputs.insert(inputs.begin(), index);
  return estimator.graph.add(schema::LabelDecodeT{}, std::move(inputs), estimator.name + ".classes");
}

std::vector<std::string> label_texts(const Array& classes) {
  if (classes.type() == ElementType::string) return classes.strings();
  std::vector<std::string> texts;
  for (const double label : classes.to<double>()) texts.push_back(fmt::format("{}", label));
  return texts;
}

ValueId as_vector(const Estimator& estimator, ValueId x) { return add_reshape(estimator.graph, x, {}, ""); }

ValueId predict_from_scores(const Estimator& estimator, const Array& classes, ValueId scores, double threshold) {
  Graph& graph = estimator.graph;
  const std::int64_t columns = graph.type(scores).last();
  if (columns == 1 && classes.size() == 2) {
    schema::BinarizeT table;
    table.threshold = static_cast<float>(threshold);
    return decode_labels(estimator, classes, as_vector(estimator, graph.add(std::move(table), {scores}, estimator.name + ".predict")));
  }
  if (columns != static_cast<std::int64_t>(classes.size()))
    estimator.refuse(fmt::format("has {} classes and {} scores", classes.size(), columns), "save the model again");
  return decode_labels(estimator, classes, graph.add(schema::ArgMaxT{}, {scores}, estimator.name + ".predict"));
}

ValueId both_probabilities(const Estimator& estimator, ValueId p) {
  // 1 - p and p, exactly as NumPy computes them.
  return add_fully_connected(estimator.graph, p, {-1, 1}, {1, 0}, estimator.name + ".both");
}

ValueId add_activation(Graph& graph, ValueId x, schema::ActivationFunction function, const std::string& name) {
  schema::ActivationT table;
  table.function = function;
  return graph.add(std::move(table), {x}, name);
}

std::vector<double> transposed(const std::vector<double>& values, std::size_t rows, std::size_t columns) {
  std::vector<double> result(values.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = values[r * columns + c];
  return result;
}

}  // namespace nacre::tools
