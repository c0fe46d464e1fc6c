#pragma once

#include <string>
#include <vector>

#include "tools/pickle/value.hpp"

namespace nacre::tools {

/// An estimator inside another, under the name that its author gave it.
struct SklearnPart {
  std::string name;
  Value value;  ///< as it was saved: maybe a search around what it found
};

/// The steps of a pipeline that do something to rows that are predicted: samplers, which imbalanced-learn has
/// between other steps, do not.
std::vector<SklearnPart> pipeline_steps(const Value& pipeline);

/// The estimators inside a Pipeline, ColumnTransformer, FeatureUnion, or an ensemble whose members have names (votes
/// and stacks), those without effect left out; none of other classes, whose members are alike.
std::vector<SklearnPart> sklearn_parts(const Value& composite);

/// "scale: StandardScaler"; of a class of another library all of its name.
std::string part_name(const std::string& name, const Value& value);

}  // namespace nacre::tools
