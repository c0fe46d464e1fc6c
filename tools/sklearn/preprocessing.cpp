// Scalers and encoders.

#include "tools/sklearn/preprocessing.hpp"

#include <cmath>

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

bool is_on(const Value& value, std::string_view parameter) { return number_of(value, parameter).value_or(0) != 0; }
bool is_off(const Value& value, std::string_view parameter) { return number_of(value, parameter).value_or(1) == 0; }

}  // namespace

ValueId transform_standard_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  (void)scaler.attribute({"scale_", "std_"});
  const std::vector<double> scale = is_off(scaler, "with_std") ? std::vector<double>{1}
                                    : scaler.has("scale_")       ? numbers(scaler, "scale_", 1)
                                                                 : numbers(scaler, "std_", 1);
  const std::vector<double> mean = is_off(scaler, "with_mean") ? std::vector<double>{0} : numbers(scaler, "mean_", 0);
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
  if (is_on(estimator.value, "clip")) {
    const Value range = estimator.value.attribute("feature_range");
    limits.minimum = static_cast<float>(range.at(0).as_double());
    limits.maximum = static_cast<float>(range.at(1).as_double());
  }
  return add_affine(estimator.graph, x, center, scale, offset, estimator.name, limits);
}

ValueId transform_max_abs_scaler(const Estimator& estimator, ValueId x) {
  schema::AffineT limits;
  if (is_on(estimator.value, "clip")) {
    limits.minimum = -1;
    limits.maximum = 1;
  }
  return add_affine(estimator.graph, x, {0}, reciprocal(estimator.value.attribute("scale_").as_doubles()), {0}, estimator.name, limits);
}

ValueId transform_robust_scaler(const Estimator& estimator, ValueId x) {
  const Value& scaler = estimator.value;
  const std::vector<double> center = is_off(scaler, "with_centering") ? std::vector<double>{0} : numbers(scaler, "center_", 0);
  const std::vector<double> scale = is_off(scaler, "with_scaling") ? std::vector<double>{1} : numbers(scaler, "scale_", 1);
  return add_affine(estimator.graph, x, center, reciprocal(scale), {0}, estimator.name);
}

bool takes_any_width(const Value& value) {
  const std::string name = sklearn_class(value);
  return name == "Normalizer" || (name == "Imputer" && is_on(value, "axis")) || (name == "StandardScaler" && is_off(value, "with_mean") && is_off(value, "with_std")) ||
         (name == "RobustScaler" && is_off(value, "with_centering") && is_off(value, "with_scaling"));
}

ValueId transform_normalizer(const Estimator& estimator, ValueId x) {
  const std::string norm = text_of(estimator.value, "norm");
  schema::NormalizeT table;
  if (norm != "l1" && norm != "l2" && norm != "max") estimator.refuse("has the unknown norm " + norm, "use l1, l2 or max");
  table.norm = norm == "l1" ? schema::Norm::l1 : norm == "max" ? schema::Norm::maximum : schema::Norm::l2;
  return estimator.graph.add(std::move(table), {x}, estimator.name);
}

ValueId transform_label_encoder(const Estimator& estimator, ValueId x) {
  std::vector<ValueId> inputs = label_constants(estimator.graph, estimator.value.attribute("classes_").as_array());
  inputs.insert(inputs.begin(), x);
  return estimator.graph.add(schema::LabelEncodeT{}, std::move(inputs), estimator.name);
}

}  // namespace nacre::tools
