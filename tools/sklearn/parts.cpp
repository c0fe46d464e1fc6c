// The estimators inside another that a person has named.

#include "tools/sklearn/parts.hpp"

#include <algorithm>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

/// Whether the columns of a branch are none: it was never fitted.
bool selects_nothing(const Value& columns) {
  if (!columns.is_sequence() && !columns.is_array()) return false;
  const Array listed = columns.as_array();
  if (listed.size() == 0) return true;
  if (listed.type() != ElementType::boolean) return false;
  const std::vector<std::uint8_t> mask = listed.to<std::uint8_t>();
  return std::count(mask.begin(), mask.end(), 0) == static_cast<std::ptrdiff_t>(mask.size());
}

/// Those of a list of tuples of a name, an estimator or a word instead of it, and maybe columns.
std::vector<SklearnPart> branches(const Value& list) {
  std::vector<SklearnPart> parts;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value branch = list.at(i);
    if (branch.at(1).is_object() && (branch.size() < 3 || !selects_nothing(branch.at(2))))
      parts.push_back({branch.at(0).as_string(), branch.at(1)});
  }
  return parts;
}

/// The fitted members of a vote or a stack, and the model that reads the others' answers.
std::vector<SklearnPart> members(const Value& ensemble) {
  const Value named = ensemble.attribute("estimators"), fitted = ensemble.attribute("estimators_");
  std::vector<SklearnPart> parts;
  for (std::size_t i = 0; i < named.size() && parts.size() < fitted.size(); ++i)
    if (named.at(i).at(1).is_object())
      parts.push_back({named.at(i).at(0).as_string(), fitted.at(parts.size())});
  if (const auto last = ensemble.find("final_estimator_")) parts.push_back({"final_estimator", *last});
  return parts;
}

}  // namespace

std::vector<SklearnPart> pipeline_steps(const Value& pipeline) {
  std::vector<SklearnPart> steps;
  const Value list = pipeline.attribute("steps");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Value step = list.at(i).at(1);
    if (step.is_none() || step.is_string() || (i + 1 < list.size() && is_sampler(step))) continue;
    steps.push_back({list.at(i).at(0).as_string(), step});
  }
  return steps;
}

std::vector<SklearnPart> sklearn_parts(const Value& composite) {
  const std::string name = sklearn_class(composite);
  if (name == "Pipeline") return pipeline_steps(composite);
  if (name == "FeatureUnion") return branches(composite.attribute("transformer_list"));
  const bool is_fitted = composite.has(name == "ColumnTransformer" ? "transformers_" : "estimators_");
  if (!is_fitted) return {};
  if (name == "ColumnTransformer") return branches(composite.attribute("transformers_"));
  const bool is_named = name.starts_with("Voting") || name.starts_with("Stacking");
  return is_named ? members(composite) : std::vector<SklearnPart>{};
}

std::string part_name(const std::string& name, const Value& value) {
  const std::string class_name = sklearn_class(value).empty() ? value.class_name() : sklearn_class(value);
  return name.empty() ? class_name : name + ": " + class_name;
}

}  // namespace nacre::tools
