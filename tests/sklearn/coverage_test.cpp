#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "tests/support/cases.hpp"
#include "tools/sklearn/importer.hpp"

// A wrong reading of a class passes every check but one: the library's own answers.

namespace nacre::tools::test {
namespace {

/// What only fitting reads: it moves the numbers that are saved, and not what they mean.
constexpr std::string_view kOfTraining =
    " alpha alpha_1 alpha_2 alpha_init alphas axis bandwidth batch_size beta_1 beta_2 bin_seeding bootstrap C "
    "cache_size check_inverse cluster_all compute_labels compute_score convergence_iter copy copy_X copy_x "
    "copy_X_train Cs cv direction dual ensemble eps epsilon estimator_params eta0 fit_path gcv_mode "
    "importance_getter init_size iterated_power jitter l1_ratio lambda_1 lambda_2 lambda_init learning_rate_init "
    "max_depth max_fun max_iter max_n_alphas max_no_improvement max_samples max_subpopulation memory method "
    "min_bin_freq min_features_to_select min_impurity_split min_samples_leaf min_samples_split "
    "min_weight_fraction_leaf momentum n_alphas n_estimators n_features_to_select n_init n_iter n_iter_no_change "
    "n_jobs n_nonzero_coefs n_oversamples n_restarts_optimizer n_subsamples nesterovs_momentum noise_variance "
    "norm_y_weights nu oob_score optimizer power_iteration_normalizer power_t precompute precompute_distances "
    "preference presort random_state reassignment_ratio score_func scoring seeds selection shrinking shuffle "
    "solver_options step store_cv_results store_cv_values threshold_lambda tol transform_input validation_fraction "
    "verbose verbose_interval warm_start y_max y_min ";

/// What a class states and does not let anybody choose.
struct Stated {
  std::string_view name, parameters;
};
constexpr Stated kStated[] = {
    {"AdaBoostClassifier", " learning_rate "},
    {"AdaBoostRegressor", " learning_rate "},
    {"AffinityPropagation", " affinity "},
    {"FastICA", " n_components "},
    {"FunctionTransformer", " pass_y "},
    {"HistGradientBoostingClassifier", " quantile "},
    {"HistGradientBoostingRegressor", " class_weight "},
    {"TargetEncoder", " categories "},
    {"LabelBinarizer", " sparse_output "},
    {"OneHotEncoder", " dtype feature_name_combiner sparse sparse_output "},
    {"OrdinalEncoder", " dtype "},
    {"CCA", " algorithm "},
    {"CountVectorizer", " input preprocessor tokenizer "},
    {"EllipticEnvelope", " store_precision "},
    {"HashingVectorizer", " input preprocessor tokenizer "},
    {"KernelRidge", " kernel_params "},
    {"KNeighborsClassifier", " algorithm leaf_size "},
    {"KNeighborsRegressor", " algorithm leaf_size "},
    {"KNeighborsTransformer", " algorithm leaf_size "},
    {"LocalOutlierFactor", " leaf_size "},
    {"NearestNeighbors", " leaf_size "},
    {"NeighborhoodComponentsAnalysis", " callback "},
    {"PLSRegression", " algorithm "},
    {"RadiusNeighborsClassifier", " algorithm leaf_size "},
    {"RadiusNeighborsRegressor", " algorithm leaf_size outlier_label "},
    {"RadiusNeighborsTransformer", " algorithm leaf_size "},
    {"_BinaryGaussianProcessClassifierLaplace", " kernel max_iter_predict "},
    {"NuSVC", " C "},
    {"NuSVR", " epsilon "},
    {"Perceptron", " average learning_rate loss "},
    {"PassiveAggressiveClassifier", " learning_rate penalty "},
    {"PassiveAggressiveRegressor", " learning_rate penalty "},
    {"MultiTaskLassoCV", " positive "},
    {"PoissonRegressor", " link "},
    {"GammaRegressor", " link "},
    {"RidgeClassifierCV", " alpha_per_target "},
    {"MLPClassifier", " loss "},
    {"DecisionTreeRegressor", " class_weight "},
    {"ExtraTreeRegressor", " class_weight "},
    {"RandomForestClassifier", " base_estimator estimator "},
    {"ExtraTreesClassifier", " base_estimator estimator "},
    {"RandomForestRegressor", " base_estimator class_weight estimator "},
    {"RandomTreesEmbedding",
     " base_estimator ccp_alpha class_weight criterion estimator max_features min_samples_split "},
    {"MiniBatchSparsePCA", " U_init V_init "},
    {"SparsePCA", " callback "},
    {"ExtraTreesRegressor", " base_estimator class_weight estimator "},
    {"TfidfVectorizer", " input preprocessor tokenizer "},
};

bool lists(std::string_view words, const std::string& word) {
  return words.find(" " + word + " ") != std::string_view::npos;
}

bool may_change_predictions(const std::string& name, const std::string& parameter) {
  const auto states = [&](const Stated& stated) { return stated.name == name && lists(stated.parameters, parameter); };
  return !lists(kOfTraining, parameter) && std::none_of(std::begin(kStated), std::end(kStated), states);
}

using Pair = std::pair<std::string, std::string>;

TEST_SUITE("fixtures of scikit-learn") {
  TEST_CASE("every class that converts is compared with the library's answers") {
    std::set<std::string> compared;
    for (const auto& one : fixture_cases())
      if (one["expect"] == "convert") {
        compared.insert(one.value("model", ""));
        for (const std::string& name : one.value("parts", std::vector<std::string>{})) compared.insert(name);
      }
    for (const std::string& name : imported_classes()) {
      CAPTURE(name);
      CHECK(compared.count(name) == 1);
    }
  }

  TEST_CASE("every parameter that may change predictions is compared with the library's answers") {
    std::set<Pair> compared;
    for (const auto& one : fixture_cases())
      for (const std::string& option : one.value("options", std::vector<std::string>{}))
        compared.insert({one["model"].get<std::string>(), option});
    for (const std::string& name : imported_classes())
      for (const std::string& parameter : known_parameters(name)) {
        CAPTURE(name);
        CAPTURE(parameter);
        if (may_change_predictions(name, parameter)) CHECK(compared.count({name, parameter}) == 1);
      }
  }
}

}  // namespace
}  // namespace nacre::tools::test
