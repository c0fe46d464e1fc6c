// Scalers and encoders.

#include "tools/sklearn/preprocessing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tools/trees/forest.hpp"

namespace nacre::tools {
namespace {

/// The numbers of an attribute; `otherwise` where it is absent or None.
std::vector<double> numbers(const Value& value, std::string_view attribute, double otherwise) {
  const auto found = value.find(attribute);
  return found && !found->is_none() ? found->as_doubles() : std::vector<double>{otherwise};
}

void add_clip(std::vector<ScalerStep>& steps, double least, double most) {
  steps.push_back({ScalerStep::Kind::at_least, {least}, true});
  steps.push_back({ScalerStep::Kind::at_most, {most}, true});
}

bool is_on(const Value& value, std::string_view parameter) { return number_of(value, parameter).value_or(0) != 0; }
bool is_off(const Value& value, std::string_view parameter) { return number_of(value, parameter).value_or(1) == 0; }

}  // namespace

ValueId transform_standard_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  (void)scaler.attribute({"scale_", "std_"});
  const bool narrows = !saved_before(scaler, 1, 8);
  std::vector<ScalerStep> steps;
  if (!is_off(scaler, "with_mean")) steps.push_back({ScalerStep::Kind::subtract, numbers(scaler, "mean_", 0), narrows});
  if (!is_off(scaler, "with_std"))
    steps.push_back({ScalerStep::Kind::divide, numbers(scaler, scaler.has("scale_") ? "scale_" : "std_", 1), narrows});
  return add_scaler(estimator.graph, x, std::move(steps), estimator.name);
}

ValueId transform_min_max_scaler(const Estimator& estimator, ValueId x) {
  std::vector<ScalerStep> steps{{ScalerStep::Kind::multiply, estimator.value.attribute("scale_").as_doubles()},
                          {ScalerStep::Kind::add, estimator.value.attribute("min_").as_doubles()}};
  if (is_on(estimator.value, "clip")) {
    const Value range = estimator.value.attribute("feature_range");
    add_clip(steps, range.at(0).as_double(), range.at(1).as_double());
  }
  return add_scaler(estimator.graph, x, std::move(steps), estimator.name);
}

ValueId transform_max_abs_scaler(const Estimator& estimator, ValueId x) {
  std::vector<ScalerStep> steps{{ScalerStep::Kind::divide, estimator.value.attribute("scale_").as_doubles()}};
  if (is_on(estimator.value, "clip")) add_clip(steps, -1, 1);
  return add_scaler(estimator.graph, x, std::move(steps), estimator.name);
}

ValueId transform_robust_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  std::vector<ScalerStep> steps;
  if (!is_off(scaler, "with_centering")) steps.push_back({ScalerStep::Kind::subtract, numbers(scaler, "center_", 0)});
  if (!is_off(scaler, "with_scaling")) steps.push_back({ScalerStep::Kind::divide, numbers(scaler, "scale_", 1)});
  return add_scaler(estimator.graph, x, std::move(steps), estimator.name);
}

bool takes_any_width(const Value& value) {
  const std::string name = sklearn_class(value);
  const SklearnClass* const row = find_sklearn_class(name);
  return (row != nullptr && row->takes_any_width) || name.starts_with("Dummy") ||
         (name == "Imputer" && is_on(value, "axis")) ||
         (name == "StandardScaler" && is_off(value, "with_mean") && is_off(value, "with_std")) ||
         (name == "RobustScaler" && is_off(value, "with_centering") && is_off(value, "with_scaling"));
}

ValueId transform_normalizer(const Estimator& estimator, ValueId x) {
  const std::string norm = text_of(estimator.value, "norm");
  parameters::Normalize table;
  if (norm != "l1" && norm != "l2" && norm != "max")
    estimator.refuse("has the unknown norm " + norm, "use l1, l2 or max");
  const auto largest = saved_before(estimator.value, 0, 23) ? Norm::largest : Norm::maximum;
  table.norm = norm == "l1" ? Norm::l1 : norm == "max" ? largest : Norm::l2;
  // Since 1.0 rows of rounding noise stay as they are, as rows of zeros do.
  if (!saved_before(estimator.value, 1, 0))
    table.least = static_cast<float>(10 * std::numeric_limits<double>::epsilon());
  return estimator.graph.add(table, {x}, estimator.name);
}

ValueId exceeding(const Estimator& estimator, ValueId x, double threshold, const std::string& name) {
  const std::int64_t width = estimator.graph.type(x).last();
  Forest forest(width, 1, width);
  for (std::int64_t feature = 0; feature < width; ++feature) {
    const TreeNodes question{{1, -1, -1}, {2, -1, -1}, {feature, 0, 0}, {threshold, 0, 0}, {}};
    forest.add(question, feature, [](std::size_t node) { return std::vector<double>{node == 2 ? 1.0 : 0.0}; });
  }
  return forest.finish(estimator.graph, x, 1, name);
}

ValueId transform_binarizer(const Estimator& estimator, ValueId x) {
  const auto threshold = number_of(estimator.value, "threshold");
  if (!threshold || std::isnan(*threshold)) estimator.refuse("has a threshold that is no number", "give it a number");
  return exceeding(estimator, x, *threshold, estimator.name);
}

namespace {

/// Whether each label is greater than the one before, but for NaN at the end.
template <typename Labels>
bool ascend(const Labels& labels) {
  return std::ranges::adjacent_find(labels, [](const auto& a, const auto& b) { return !(a < b) && b == b; }) ==
         labels.end();
}

}  // namespace

/// fit() sorts the classes, and what they are searched by goes by that.
ValueId transform_label_encoder(const Estimator& estimator, ValueId x) {
  const Array classes = estimator.value.attribute("classes_").as_array();
  std::vector<ValueId> inputs = label_constants(estimator.graph, classes);
  const bool is_real = estimator.graph.type(inputs[0]).type == DataType::float64;
  const bool is_sorted = classes.type() == ElementType::string ? ascend(classes.strings())
                         : is_real                             ? ascend(classes.to<double>())
                                                               : ascend(classes.to<std::int64_t>());
  if (!is_sorted) estimator.refuse("has classes that do not ascend", "fit it on the labels instead of setting them");
  inputs.insert(inputs.begin(), x);
  return estimator.graph.add(parameters::LabelEncode{}, std::move(inputs), estimator.name);
}

}  // namespace nacre::tools
