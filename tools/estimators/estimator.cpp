#include "tools/estimators/estimator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "tools/common/refusal.hpp"

namespace nacre::tools {
namespace {

bool is_real(ElementType type) {
  return type == ElementType::float64 || type == ElementType::float32 || type == ElementType::float16;
}

/// Labels are stored as int64.
void refuse_wide_labels(const Array& classes) {
  if (classes.type() != ElementType::uint64) return;
  for (const std::uint64_t label : classes.to<std::uint64_t>())
    if (label >> 63 != 0)
      throw Refusal("", fmt::format("the label {} is a uint64 from 2^63 on, which int64 does not hold", label),
                    "train it on smaller numbers, or on text");
}

}  // namespace

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

std::optional<double> number_of(const Value& value, std::string_view parameter) {
  const auto found = value.find(parameter);
  return found && found->is_number() ? std::optional(found->as_double()) : std::nullopt;
}

std::string text_of(const Value& value, std::string_view parameter) {
  const auto found = value.find(parameter);
  return found && found->is_string() ? found->as_string() : "";
}

Array dense_array(const Value& value) {
  const std::string name = value.class_name();
  if (!name.ends_with(".csr_matrix") && !name.ends_with(".csr_array")) return value.as_array();
  const std::vector<std::int64_t> shape = value.attribute("_shape").as_array().to<std::int64_t>();
  const std::vector<std::int64_t> starts = value.attribute("indptr").as_array().to<std::int64_t>();
  const std::vector<std::int64_t> columns = value.attribute("indices").as_array().to<std::int64_t>();
  const std::vector<double> data = value.attribute("data").as_doubles();
  const auto malformed = [&] { value.refuse("is a sparse matrix whose parts do not fit"); };
  constexpr std::int64_t kMost = 1 << 14;
  if (shape.empty() || shape.size() > 2) malformed();
  const std::int64_t rows = shape.size() == 2 ? shape[0] : 1, width = shape.back();  // arrays of one row may be vectors
  if (rows < 0 || rows > kMost || width < 1 || width > kMost * kMost / std::max<std::int64_t>(rows, 1)) malformed();
  if (starts.size() != static_cast<std::size_t>(rows) + 1 || columns.size() != data.size() || starts[0] != 0)
    malformed();
  std::vector<double> dense(static_cast<std::size_t>(rows * width), 0.0);
  for (std::size_t row = 0; row + 1 < starts.size(); ++row) {
    if (starts[row + 1] < starts[row] || starts[row + 1] > static_cast<std::int64_t>(data.size())) malformed();
    for (auto i = static_cast<std::size_t>(starts[row]); i < static_cast<std::size_t>(starts[row + 1]); ++i) {
      if (columns[i] < 0 || columns[i] >= width) malformed();
      dense[row * static_cast<std::size_t>(width) + static_cast<std::size_t>(columns[i])] += data[i];
    }
  }
  return Array::of(ElementType::float64, shape, dense);
}

Array classes_of(const Estimator& estimator) {
  if (!estimator.value.find("classes_"))
    if (const auto binarizer = estimator.value.find("_label_binarizer"))
      return binarizer->attribute("classes_").as_array();
  return estimator.value.attribute("classes_").as_array();
}

Array join_classes(const Estimator& estimator, const std::vector<Array>& targets) {
  std::vector<std::string> texts;
  std::vector<double> reals;
  std::vector<std::int64_t> integers;
  const auto append = [](auto& all, const auto& more) { all.insert(all.end(), more.begin(), more.end()); };
  for (const Array& classes : targets) {
    refuse_wide_labels(classes);
    if (classes.type() == ElementType::string) append(texts, classes.strings());
    else if (is_real(classes.type())) append(reals, classes.to<double>());
    else append(integers, classes.to<std::int64_t>());
  }
  if (texts.empty() + reals.empty() + integers.empty() != 2)
    estimator.refuse("predicts targets of different types", "train one classifier per target");
  const Dimensions shape{static_cast<std::int64_t>(texts.size() + reals.size() + integers.size())};
  if (!texts.empty()) return Array(shape, std::move(texts));
  if (!reals.empty()) return Array::of(ElementType::float64, shape, reals);
  return Array::of(ElementType::int64, shape, integers);
}

std::vector<ValueId> label_constants(Graph& graph, const Array& classes) {
  const auto count = static_cast<std::int64_t>(classes.size());
  if (count == 0) throw Refusal("", "the model has no classes", "save the model after it has been fitted");
  refuse_wide_labels(classes);
  if (classes.type() != ElementType::string) {
    return {
        graph.add_constant(classes.reshaped({count}), is_real(classes.type()) ? DataType::float64 : DataType::int64)};
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
          graph.add_constant(Array::of(ElementType::uint8, {static_cast<std::int64_t>(bytes.size())}, bytes),
                             DataType::uint8)};
}

ValueId decode_labels(const Estimator& estimator, const Array& classes, ValueId index) {
  std::vector<ValueId> inputs = label_constants(estimator.graph, classes);
  inputs.insert(inputs.begin(), index);
  return estimator.graph.add(parameters::LabelDecode{}, std::move(inputs), estimator.name + ".classes");
}

std::vector<std::string> label_texts(const Array& classes) {
  if (classes.type() == ElementType::string) return classes.strings();
  std::vector<std::string> texts;
  if (!is_real(classes.type()) && classes.type() != ElementType::uint64)  // a double holds no integer beyond 2^53
    for (const std::int64_t label : classes.to<std::int64_t>()) texts.push_back(fmt::format("{}", label));
  else
    for (const double label : classes.to<double>()) texts.push_back(fmt::format("{}", label));
  return texts;
}

ValueId as_vector(const Estimator& estimator, ValueId x) { return add_reshape(estimator.graph, x, {}, ""); }

ValueId as_column(const Estimator& estimator, ValueId x) {
  return estimator.graph.shape(x).size() == 1 ? add_reshape(estimator.graph, x, {1}, "") : x;
}

ValueId predict_from_scores(const Estimator& estimator, const Array& classes, ValueId scores, double threshold) {
  Graph& graph = estimator.graph;
  const std::int64_t columns = graph.type(scores).last();
  if (columns == 1 && classes.size() == 2) {
    parameters::Binarize table;
    table.threshold = static_cast<float>(threshold);
    return decode_labels(estimator, classes,
                         as_vector(estimator, graph.add(table, {scores}, estimator.name + ".predict")));
  }
  if (columns != static_cast<std::int64_t>(classes.size()))
    estimator.refuse(fmt::format("has {} classes and {} scores", classes.size(), columns), "save the model again");
  return decode_labels(estimator, classes, graph.add(parameters::ArgMax{}, {scores}, estimator.name + ".predict"));
}

bool predicts_indicators(const Estimator& estimator) {
  const auto binarizer = estimator.value.find("_label_binarizer");
  const auto type = binarizer && binarizer->is_object() ? binarizer->find("y_type_") : std::nullopt;
  return type && type->is_string() && type->as_string() == "multilabel-indicator";
}

ValueId indicate(const Estimator& estimator, ValueId scores) {
  const ValueId index = estimator.graph.add(parameters::Binarize{}, {scores}, estimator.name + ".predict");
  return decode_labels(estimator, Array::of(ElementType::int64, {2}, std::vector<std::int64_t>{0, 1}), index);
}

ValueId both_signs(const Estimator& estimator, ValueId x) {
  return add_fully_connected(estimator.graph, x, {-1, 1}, {0, 0}, estimator.name + ".both");
}

ValueId beside_complement(const Estimator& estimator, ValueId p) {
  Graph& graph = estimator.graph;
  const ValueId column = add_reshape(graph, p, {1}, estimator.name + ".column");
  Program program;
  const Operand one = program.literal(1, DataType::float32);
  program.then(MapFunction::subtract, DataType::float32, {one, {Operand::Kind::input, 0}});
  const ValueId other = graph.add_map(std::move(program), {column}, estimator.name + ".other");
  parameters::Concatenate join;
  join.axis = 1;
  return graph.add(join, {other, column}, estimator.name + ".both");
}

ValueId add_activation(Graph& graph, ValueId x, ActivationFunction function, const std::string& name) {
  parameters::Activation table;
  table.function = function;
  return graph.add(table, {x}, name);
}

std::vector<double> transposed(const std::vector<double>& values, std::size_t rows, std::size_t columns) {
  std::vector<double> result(values.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = values[r * columns + c];
  return result;
}

}  // namespace nacre::tools
