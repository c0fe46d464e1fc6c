#pragma once

#include "tools/onnx/programs.hpp"

namespace nacre::tools {

// What operators of ai.onnx.ml share.

/// Rows of float32 [batch, features], of input 0.
ValueId ml_rows(const OnnxCall& call);
/// Scores after post_transform: NONE, LOGISTIC or SOFTMAX.
ValueId ml_transformed(const OnnxCall& call, ValueId scores, const std::string& transform);
std::string ml_transform_of(const OnnxCall& call);
/// The labels of a classifier, as its attributes state them: integers or texts.
struct MlLabels {
  Array labels;
  OnnxType type;
};
MlLabels ml_labels(const OnnxCall& call, const char* texts, const char* integers);
/// Labels by computed places, int32 [batch]; texts by an operator of their own.
ValueId ml_decoded(const OnnxCall& call, const MlLabels& labels, ValueId index);
/// Index of the largest column.
ValueId ml_largest(const OnnxCall& call, ValueId scores);
/// 1 where one column lies above a threshold, else 0: int32 [batch].
ValueId ml_above(const OnnxCall& call, ValueId score, double threshold);

}  // namespace nacre::tools
