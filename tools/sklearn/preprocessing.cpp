// Scalers, imputers and encoders.

#include "tools/sklearn/preprocessing.hpp"

#include <cmath>
#include <limits>

namespace nacre::tools {
namespace {

/// The numbers of an attribute; `otherwise` where it is absent or None.
std::vector<double> numbers(const Value& value, std::string_view attribute, double otherwise) {
  const auto found = value.find(attribute);
  return found && !found->is_none() ? found->as_doubles() : std::vector<double>{otherwise};
}

std::vector<double> reciprocal(std::vector<double> values) {
  for (double& value : values) value = 1 / value;
  return values;
}

bool is_false(const Value& value, std::string_view attribute) {
  const auto found = value.find(attribute);
  return found && found->is_number() && !found->as_bool();
}

}  // namespace

ValueId transform_standard_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  (void)scaler.attribute({"scale_", "std_"});
  const std::vector<double> scale = is_false(scaler, "with_std") ? std::vector<double>{1}
                                    : scaler.has("scale_")       ? numbers(scaler, "scale_", 1)
                                                                 : numbers(scaler, "std_", 1);
  const std::vector<double> mean = is_false(scaler, "with_mean") ? std::vector<double>{0} : numbers(scaler, "mean_", 0);
  return add_affine(estimator.graph, x, mean, reciprocal(scale), {0}, estimator.name);
}

ValueId transform_min_max_scaler(const Estimator& estimator, ValueId x) {
  const std::vector<double> scale = estimator.value.attribute("scale_").as_doubles();
  std::vector<double> center = estimator.value.attribute("min_").as_doubles();
  if (center.size() != scale.size()) estimator.refuse("has arrays of different lengths", "save the model again");
  // x * scale + min, written as (x - center) * scale so that large values do not cancel.
  std::vector<double> offset(scale.size(), 0.0);
  for (std::size_t i = 0; i < scale.size(); ++i) center[i] = -center[i] / scale[i];
  schema::AffineT limits;
  const auto clip = estimator.value.find("clip");
  if (clip && clip->as_bool()) {
    const Value range = estimator.value.attribute("feature_range");
    limits.minimum = static_cast<float>(range.at(0).as_double());
    limits.maximum = static_cast<float>(range.at(1).as_double());
  }
  return add_affine(estimator.graph, x, center, scale, offset, estimator.name, limits);
}

ValueId transform_max_abs_scaler(const Estimator& estimator, ValueId x) {
  return add_affine(estimator.graph, x, {0}, reciprocal(estimator.value.attribute("scale_").as_doubles()), {0}, estimator.name);
}

ValueId transform_robust_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  const std::vector<double> center = is_false(scaler, "with_centering") ? std::vector<double>{0} : numbers(scaler, "center_", 0);
  const std::vector<double> scale = is_false(scaler, "with_scaling") ? std::vector<double>{1} : numbers(scaler, "scale_", 1);
  return add_affine(estimator.graph, x, center, reciprocal(scale), {0}, estimator.name);
}

ValueId transform_normalizer(const Estimator& estimator, ValueId x) {
  const std::string norm = estimator.value.attribute("norm").as_string();
  schema::NormalizeT table;
  table.norm = norm == "l1" ? schema::Norm::l1 : norm == "max" ? schema::Norm::maximum : schema::Norm::l2;
  return estimator.graph.add(std::move(table), {x}, estimator.name);
}

ValueId transform_simple_imputer(const Estimator& estimator, ValueId x) {
  Graph& graph = estimator.graph;
  const auto indicator = estimator.value.find("indicator_");
  if (indicator && !indicator->is_none()) estimator.refuse("adds indicators of missing values", "train it with add_indicator=False");
  const Array statistics = estimator.value.attribute("statistics_").as_array();
  if (statistics.type() == ElementType::string) estimator.refuse("imputes text", "impute text before encoding it, outside of the model");
  schema::ImputeT table;
  const auto missing = estimator.value.find("missing_values");
  table.missing_value = missing && missing->is_number() ? static_cast<float>(missing->as_double()) : std::numeric_limits<float>::quiet_NaN();
  std::vector<double> fill = statistics.to<double>();
  std::vector<std::int64_t> kept;  // columns that were all missing in training are dropped
  for (std::size_t i = 0; i < fill.size(); ++i) {
    if (!std::isnan(fill[i])) kept.push_back(static_cast<std::int64_t>(i));
    else fill[i] = 0;
  }
  const auto width = static_cast<std::int64_t>(fill.size());
  ValueId y = graph.add(std::move(table), {x, graph.add_constant({width}, fill)}, estimator.name);
  if (kept.size() == fill.size()) return y;
  if (kept.empty()) estimator.refuse("drops every column", "train it on data");
  const ValueId indices = graph.add_constant(Array::of(ElementType::int32, {static_cast<std::int64_t>(kept.size())}, kept), DataType::int32);
  return graph.add(schema::SelectT{}, {y, indices}, estimator.name + ".select");
}

ValueId transform_label_encoder(const Estimator& estimator, ValueId x) {
  std::vector<ValueId> inputs = label_constants(estimator.graph, estimator.value.attribute("classes_").as_array());
  inputs.insert(inputs.begin(), x);
  return estimator.graph.add(schema::LabelEncodeT{}, std::move(inputs), estimator.name);
}

ValueId transform_pca(const Estimator& estimator, ValueId x) {
  const Array components = estimator.value.attribute("components_").as_array();
  const auto rows = static_cast<std::size_t>(components.shape().at(0)), columns = components.size() / rows;
  std::vector<double> weights = transposed(components.to<double>(), rows, columns);
  const auto whiten = estimator.value.find("whiten");
  if (whiten && whiten->as_bool()) {
    const std::vector<double> variance = estimator.value.attribute("explained_variance_").as_doubles();
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] /= std::sqrt(variance.at(i % rows));
  }
  const ValueId centred = add_affine(estimator.graph, x, numbers(estimator.value, "mean_", 0), {1}, {0}, estimator.name + ".center");
  return add_fully_connected(estimator.graph, centred, weights, std::vector<double>(rows, 0.0), estimator.name);
}

}  // namespace nacre::tools
