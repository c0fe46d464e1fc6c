// The parameters of every class that is imported, of all releases from 0.18 to 1.9 together. A parameter
// that only a later release has may change what the model gives, so it is not passed over.

#include <algorithm>

#include "tools/sklearn/importer.hpp"

namespace nacre::tools {
namespace {

constexpr int kNewestMajor = 1, kNewestMinor = 9;

struct Row {
  std::string_view name;
  std::string_view parameters;
};
constexpr Row kRows[] = {
    {"StandardScaler", "copy with_mean with_std"},
    {"MinMaxScaler", "clip copy feature_range"},
    {"MaxAbsScaler", "clip copy"},
    {"RobustScaler", "copy quantile_range unit_variance with_centering with_scaling"},
    {"Normalizer", "copy norm"},
    {"SimpleImputer", "add_indicator copy fill_value keep_empty_features missing_values strategy verbose"},
    {"Imputer", "axis copy missing_values strategy verbose"},
    {"MissingIndicator", "error_on_new features missing_values sparse"},
    {"LabelEncoder", ""},
    {"PCA",
     "copy iterated_power n_components n_oversamples power_iteration_normalizer random_state svd_solver tol whiten"},
    {"LinearRegression", "copy_X fit_intercept n_jobs normalize positive tol"},
    {"Ridge", "alpha copy_X fit_intercept max_iter normalize positive random_state solver tol"},
    {"RidgeCV", "alpha_per_target alphas cv fit_intercept gcv_mode normalize scoring store_cv_results store_cv_values"},
    {"Lasso",
     "alpha copy_X fit_intercept l1_ratio max_iter normalize positive precompute random_state selection tol "
     "warm_start"},
    {"LassoCV",
     "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize positive precompute random_state "
     "selection tol verbose"},
    {"ElasticNet",
     "alpha copy_X fit_intercept l1_ratio max_iter normalize positive precompute random_state selection tol "
     "warm_start"},
    {"ElasticNetCV",
     "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize positive precompute "
     "random_state selection tol verbose"},
    {"Lars",
     "copy_X eps fit_intercept fit_path jitter method n_nonzero_coefs normalize positive precompute random_state "
     "verbose"},
    {"LarsCV",
     "copy_X cv eps fit_intercept fit_path jitter max_iter max_n_alphas n_jobs n_nonzero_coefs normalize positive "
     "precompute random_state verbose"},
    {"LassoLars",
     "alpha copy_X eps fit_intercept fit_path jitter max_iter method normalize positive precompute random_state "
     "verbose"},
    {"LassoLarsCV", "copy_X cv eps fit_intercept max_iter max_n_alphas n_jobs normalize positive precompute verbose"},
    {"LassoLarsIC",
     "copy_X criterion eps fit_intercept fit_path max_iter noise_variance normalize positive precompute verbose"},
    {"MultiTaskLasso", "alpha copy_X fit_intercept l1_ratio max_iter normalize random_state selection tol warm_start"},
    {"MultiTaskElasticNet",
     "alpha copy_X fit_intercept l1_ratio max_iter normalize random_state selection tol warm_start"},
    {"BayesianRidge",
     "alpha_1 alpha_2 alpha_init compute_score copy_X fit_intercept lambda_1 lambda_2 lambda_init max_iter n_iter "
     "normalize tol verbose"},
    {"ARDRegression",
     "alpha_1 alpha_2 compute_score copy_X fit_intercept lambda_1 lambda_2 max_iter n_iter normalize "
     "threshold_lambda tol verbose"},
    {"HuberRegressor", "alpha epsilon fit_intercept max_iter tol warm_start"},
    {"TheilSenRegressor",
     "copy_X fit_intercept max_iter max_subpopulation n_jobs n_subsamples random_state tol verbose"},
    {"QuantileRegressor", "alpha fit_intercept quantile solver solver_options"},
    {"OrthogonalMatchingPursuit", "fit_intercept n_nonzero_coefs normalize precompute tol"},
    {"SGDRegressor",
     "C alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter n_iter "
     "n_iter_no_change penalty power_t random_state shuffle tol validation_fraction verbose warm_start"},
    {"LinearSVR", "C dual epsilon fit_intercept intercept_scaling loss max_iter random_state tol verbose"},
    {"PassiveAggressiveRegressor",
     "C alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter n_iter "
     "n_iter_no_change penalty power_t random_state shuffle tol validation_fraction verbose warm_start"},
    {"MultiTaskLassoCV",
     "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize positive precompute random_state "
     "selection tol verbose"},
    {"MultiTaskElasticNetCV",
     "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize random_state selection tol "
     "verbose"},
    {"OrthogonalMatchingPursuitCV", "copy cv fit_intercept max_iter n_jobs normalize verbose"},
    {"TweedieRegressor", "alpha fit_intercept link max_iter power solver tol verbose warm_start"},
    {"PoissonRegressor", "alpha fit_intercept link max_iter solver tol verbose warm_start"},
    {"GammaRegressor", "alpha fit_intercept link max_iter solver tol verbose warm_start"},
    {"LogisticRegression",
     "C class_weight dual fit_intercept intercept_scaling l1_ratio max_iter multi_class n_jobs penalty "
     "random_state solver tol verbose warm_start"},
    {"LogisticRegressionCV",
     "Cs class_weight cv dual fit_intercept intercept_scaling l1_ratios max_iter multi_class n_jobs penalty "
     "random_state refit scoring solver tol use_legacy_attributes verbose"},
    {"LinearSVC",
     "C class_weight dual fit_intercept intercept_scaling loss max_iter multi_class penalty random_state tol "
     "verbose"},
    {"SGDClassifier",
     "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter "
     "n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction verbose "
     "warm_start"},
    {"Perceptron",
     "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter "
     "n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction verbose "
     "warm_start"},
    {"PassiveAggressiveClassifier",
     "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter "
     "n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction verbose "
     "warm_start"},
    {"RidgeClassifier", "alpha class_weight copy_X fit_intercept max_iter normalize positive random_state solver tol"},
    {"RidgeClassifierCV",
     "alpha_per_target alphas class_weight cv fit_intercept gcv_mode normalize scoring store_cv_results "
     "store_cv_values"},
    {"LinearDiscriminantAnalysis", "covariance_estimator n_components priors shrinkage solver store_covariance tol"},
    {"MLPClassifier",
     "activation alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate "
     "learning_rate_init loss max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t random_state "
     "shuffle solver tol validation_fraction verbose warm_start"},
    {"MLPRegressor",
     "activation alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate "
     "learning_rate_init loss max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t random_state "
     "shuffle solver tol validation_fraction verbose warm_start"},
    {"DecisionTreeClassifier",
     "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
     "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
     "random_state splitter"},
    {"ExtraTreeClassifier",
     "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
     "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
     "random_state splitter"},
    {"RandomForestClassifier",
     "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth max_features "
     "max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split "
     "min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state verbose warm_start"},
    {"ExtraTreesClassifier",
     "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth max_features "
     "max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split "
     "min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state verbose warm_start"},
    {"DecisionTreeRegressor",
     "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
     "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
     "random_state splitter"},
    {"ExtraTreeRegressor",
     "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
     "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
     "random_state splitter"},
    {"RandomForestRegressor",
     "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth max_features "
     "max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split "
     "min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state verbose warm_start"},
    {"ExtraTreesRegressor",
     "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth max_features "
     "max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split "
     "min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state verbose warm_start"},
    {"GradientBoostingClassifier",
     "alpha ccp_alpha criterion init learning_rate loss max_depth max_features max_leaf_nodes "
     "min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf "
     "n_estimators n_iter_no_change presort random_state subsample tol validation_fraction verbose warm_start"},
    {"GradientBoostingRegressor",
     "alpha ccp_alpha criterion init learning_rate loss max_depth max_features max_leaf_nodes "
     "min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf "
     "n_estimators n_iter_no_change presort random_state subsample tol validation_fraction verbose warm_start"},
    {"GaussianNB", "priors var_smoothing"},
    {"MultinomialNB", "alpha class_prior fit_prior force_alpha"},
    {"Pipeline", "memory steps transform_input verbose"},
};

/// What fitting leaves behind ends or begins with an underscore: the rest are parameters.
bool is_parameter(std::string_view attribute) {
  return !attribute.empty() && attribute.back() != '_' && attribute.front() != '_';
}

}  // namespace

std::vector<std::string> known_parameters(const std::string& class_name) {
  std::vector<std::string> names;
  for (const Row& row : kRows)
    for (std::size_t begin = 0; row.name == class_name && begin < row.parameters.size();) {
      const std::size_t end = std::min(row.parameters.find(' ', begin), row.parameters.size());
      names.emplace_back(row.parameters.substr(begin, end - begin));
      begin = end + 1;
    }
  return names;
}

void refuse_unknown_parameters(const Estimator& estimator) {
  if (saved_before(estimator.value, kNewestMajor, kNewestMinor + 1)) return;
  const std::string name = sklearn_class(estimator.value);
  if (std::none_of(std::begin(kRows), std::end(kRows), [&](const Row& row) { return row.name == name; })) return;
  const std::vector<std::string> known = known_parameters(name);
  const Document& document = estimator.value.document();
  const NodeIndex state = document.object(estimator.value.node()).state;
  if (document.kind(state) != Kind::dict) return;
  for (std::size_t i = 0; i < document.slots(state).size(); i += 2) {
    const NodeIndex key = document.slots(state)[i];
    if (document.kind(key) == Kind::string && is_parameter(document.text(key)) &&
        std::find(known.begin(), known.end(), document.text(key)) == known.end())
      estimator.refuse("has the parameter " + std::string(document.text(key)) + ", which scikit-learn 1.9 did not have",
                       "train it with a release from 0.18 to 1.9");
  }
}

}  // namespace nacre::tools
