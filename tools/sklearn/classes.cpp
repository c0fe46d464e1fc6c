// What the class of a saved object says, before any of its numbers are read.

#include <algorithm>

#include "tools/common/refusal.hpp"
#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

struct Library {
  std::string_view module, obstacle, advice;
};
constexpr Library kLibraries[] = {
    {"xgboost", "is an object of XGBoost that is no model which is read", "save the booster or its estimator"},
    {"lightgbm", "is an object of LightGBM that is no model which is read", "save the booster or its estimator"},
    {"catboost", "is an object of CatBoost that is no model which is read", "save the fitted model"},
    {"imblearn", "is a class of imbalanced-learn, which is not read yet",
     "train a model of scikit-learn in a pipeline of imbalanced-learn, whose samplers do nothing after training"},
};

const Library* library_of(const std::string& class_name) {
  const auto is_its = [&](const Library& library) { return class_name.starts_with(std::string(library.module) + "."); };
  const Library* const found = std::find_if(std::begin(kLibraries), std::end(kLibraries), is_its);
  return found == std::end(kLibraries) ? nullptr : found;
}

/// Methods whose answers a model gives, and those that they call.
constexpr const char* kMethods[] = {"predict",
                                    "predict_proba",
                                    "predict_log_proba",
                                    "decision_function",
                                    "transform",
                                    "score_samples",
                                    "apply",
                                    "__call__",
                                    "_predict",
                                    "_predict_proba",
                                    "_predict_proba_lr",
                                    "_decision_function",
                                    "_raw_predict",
                                    "_joint_log_likelihood",
                                    "_transform",
                                    "_linear_predictor",
                                    "_forward_pass",
                                    "_forward_pass_fast",
                                    "_validate_X_predict"};

}  // namespace

std::string sklearn_class(const Value& value) {
  const std::string name = value.class_name();
  for (const char* library : {"xgboost.", "lightgbm.", "catboost."})
    if (name.starts_with(library)) return library + name.substr(name.rfind('.') + 1);
  return name.starts_with("sklearn.") || name == "imblearn.pipeline.Pipeline" ? name.substr(name.rfind('.') + 1) : "";
}

bool is_of_model_library(const Value& value) {
  const std::string name = value.class_name();
  return value.is_object() && (name.starts_with("sklearn.") || library_of(name) != nullptr);
}

const Booster* find_booster(const Value& value) {
  const SklearnClass* const row = find_sklearn_class(sklearn_class(value));
  return row == nullptr ? nullptr : row->booster;
}

bool is_sampler(const Value& value) {
  const std::string name = value.class_name();
  for (const char* module :
       {"imblearn.over_sampling.", "imblearn.under_sampling.", "imblearn.combine.", "imblearn.base."})
    if (name.starts_with(module)) return true;
  return false;
}

void refuse_class(const Estimator& estimator) {
  if (const std::string name = sklearn_class(estimator.value); name.empty() || name.find('.') != name.npos) {
    if (const Library* const library = library_of(estimator.value.class_name()))
      estimator.refuse(std::string(library->obstacle), std::string(library->advice));
    estimator.refuse("is not a model class that can be read as data",
                     "replace it by scikit-learn's own classes, or save their parts alone");
  }
  if (const auto function = estimator.value.find("func"); function && !function->is_none())
    estimator.refuse("calls the function " + function->class_name() + ", which is code and cannot be read as data",
                     "do that step outside of the model");
  const std::string name = sklearn_class(estimator.value);
  if (name == "FeatureHasher")
    estimator.refuse("hashes names that are in its dicts and not in the file",
                     "use a DictVectorizer, which keeps them, or a HashingVectorizer for texts");
  if (name == "MultiLabelBinarizer")
    estimator.refuse("takes sets of labels, where Nacre has one label in a column",
                     "convert the model alone: the columns of its answer are the classes_ of the binarizer, in order");
  estimator.refuse("is not supported", "use a class that `nacre supported` names");
}

void refuse_shadowed_methods(const Value& value) {
  for (const char* method : kMethods)
    if (value.has(method))
      value.refuse(
          value.class_name() + " has an attribute " + method + " of its own, which hides the method of its class",
          std::string("delete it before saving the model (del model.") + method + ")");
}

}  // namespace nacre::tools
