#pragma once

#include <string>
#include <vector>

#include "tools/emit/emit.hpp"

namespace nacre::tools::test {

/// The folder of real int8 models with TensorFlow Lite's results, beside the checkout; empty where
/// there is none.
std::string real_models_folder();

/// A .npy file's elements, as they lie in it.
std::vector<std::byte> elements_of(const Buffer& npy);

/// A real int8 model in which the result of every operator is an output.
struct LayeredModel {
  std::vector<std::string> operators;  ///< "op03_t25": the number of the operator and of its tensor
  Graph graph;
  GoldenCase golden;                   ///< what TensorFlow Lite's operators give for one random input
};
/// `name` is that of the files, as "resnet_int8".
LayeredModel layered_model(const std::string& name);

/// The model file, with weights packed for `target`; its golden vector is TensorFlow Lite's.
ModelBytes emit_layered(LayeredModel model, const std::string& target);

}  // namespace nacre::tools::test
