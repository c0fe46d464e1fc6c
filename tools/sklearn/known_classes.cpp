// Every class that is imported: its function, and its parameters in all releases from 0.18 to 1.9 together. A parameter
// that only a later release has may change what the model gives, so it is not passed over. Families whose rows stand
// beside their functions are joined here.

#include <algorithm>

#include "tools/catboost/graph.hpp"
#include "tools/lightgbm/estimator.hpp"
#include "tools/sklearn/families.hpp"
#include "tools/sklearn/importer.hpp"
#include "tools/sklearn/linear.hpp"
#include "tools/xgboost/estimator.hpp"

namespace nacre::tools {

// The functions of the families: each is named here and in its own file, and nowhere else.
ValueId transform_standard_scaler(const Estimator& estimator, ValueId x);
ValueId transform_min_max_scaler(const Estimator& estimator, ValueId x);
ValueId transform_max_abs_scaler(const Estimator& estimator, ValueId x);
ValueId transform_robust_scaler(const Estimator& estimator, ValueId x);
ValueId transform_normalizer(const Estimator& estimator, ValueId x);
ValueId transform_binarizer(const Estimator& estimator, ValueId x);
ValueId transform_simple_imputer(const Estimator& estimator, ValueId x);
ValueId transform_missing_indicator(const Estimator& estimator, ValueId x);
ValueId transform_label_encoder(const Estimator& estimator, ValueId x);
ValueId transform_pca(const Estimator& estimator, ValueId x);
Predictions predict_linear_regressor(const Estimator& estimator, ValueId x);
Predictions predict_tweedie_regressor(const Estimator& estimator, ValueId x);
Predictions predict_log_link_regressor(const Estimator& estimator, ValueId x);
Predictions predict_mlp_classifier(const Estimator& estimator, ValueId x);
Predictions predict_mlp_regressor(const Estimator& estimator, ValueId x);
Predictions predict_tree_classifier(const Estimator& estimator, ValueId x);
Predictions predict_tree_regressor(const Estimator& estimator, ValueId x);
Predictions predict_boosting_classifier(const Estimator& estimator, ValueId x);
Predictions predict_boosting_regressor(const Estimator& estimator, ValueId x);
Predictions predict_gaussian_naive_bayes(const Estimator& estimator, ValueId x);

namespace {

constexpr int kNewestMajor = 1, kNewestMinor = 9;

constexpr Booster kXgboost{xgboost_features, xgboost_feature_names, xgboost_source, xgboost_categories};
constexpr Booster kLightgbm{lightgbm_features, lightgbm_feature_names, lightgbm_source,
                             lightgbm_categories_of};
constexpr Booster kCatboost{catboost_features, catboost_feature_names, catboost_source, catboost_categories};

/// A class of another library, whose options are those of its booster.
constexpr SklearnClass boosted(const char* name, Predict import, const Booster* library) {
  return {name, nullptr, import, "", false, false, false, library};
}

constexpr SklearnClass kClasses[] = {
    transformer("StandardScaler", transform_standard_scaler, "copy with_mean with_std", kKeepsColumns),
    transformer("MinMaxScaler", transform_min_max_scaler, "clip copy feature_range", kKeepsColumns),
    transformer("MaxAbsScaler", transform_max_abs_scaler, "clip copy", kKeepsColumns),
    transformer("RobustScaler", transform_robust_scaler,
                "copy quantile_range unit_variance with_centering with_scaling", kKeepsColumns),
    transformer("Normalizer", transform_normalizer, "copy norm", kKeepsColumns | kTakesAnyWidth),
    transformer("Binarizer", transform_binarizer, "copy threshold", kKeepsColumns | kTakesAnyWidth),
    transformer("SimpleImputer", transform_simple_imputer,
                "add_indicator copy fill_value keep_empty_features missing_values strategy verbose", kTakesTexts),
    transformer("Imputer", transform_simple_imputer, "axis copy missing_values strategy verbose"),
    transformer("MissingIndicator", transform_missing_indicator, "error_on_new features missing_values sparse"),
    transformer("LabelEncoder", transform_label_encoder, "", kTakesTexts),
    transformer("PCA", transform_pca,
                "copy iterated_power n_components n_oversamples power_iteration_normalizer random_state svd_solver tol "
                "whiten"),
    transformer("IncrementalPCA", transform_pca, "batch_size copy n_components whiten"),
    predictor("LinearRegression", predict_linear_regressor, "copy_X fit_intercept n_jobs normalize positive tol"),
    predictor("Ridge", predict_linear_regressor,
              "alpha copy_X fit_intercept max_iter normalize positive random_state solver tol"),
    predictor("RidgeCV", predict_linear_regressor,
              "alpha_per_target alphas cv fit_intercept gcv_mode normalize scoring store_cv_results store_cv_values"),
    predictor("Lasso", predict_linear_regressor,
              "alpha copy_X fit_intercept l1_ratio max_iter normalize positive precompute random_state selection tol "
              "warm_start"),
    predictor("LassoCV", predict_linear_regressor,
              "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize positive precompute random_state "
              "selection tol verbose"),
    predictor("ElasticNet", predict_linear_regressor,
              "alpha copy_X fit_intercept l1_ratio max_iter normalize positive precompute random_state selection tol "
              "warm_start"),
    predictor("ElasticNetCV", predict_linear_regressor,
              "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize positive precompute "
              "random_state selection tol verbose"),
    predictor("Lars", predict_linear_regressor,
              "copy_X eps fit_intercept fit_path jitter method n_nonzero_coefs normalize positive precompute "
              "random_state verbose"),
    predictor("LarsCV", predict_linear_regressor,
              "copy_X cv eps fit_intercept fit_path jitter max_iter max_n_alphas n_jobs n_nonzero_coefs normalize "
              "positive precompute random_state verbose"),
    predictor("LassoLars", predict_linear_regressor,
              "alpha copy_X eps fit_intercept fit_path jitter max_iter method normalize positive precompute "
              "random_state verbose"),
    predictor("LassoLarsCV", predict_linear_regressor,
              "copy_X cv eps fit_intercept max_iter max_n_alphas n_jobs normalize positive precompute verbose"),
    predictor("LassoLarsIC", predict_linear_regressor,
              "copy_X criterion eps fit_intercept fit_path max_iter noise_variance normalize positive precompute "
              "verbose"),
    predictor("MultiTaskLasso", predict_linear_regressor,
              "alpha copy_X fit_intercept l1_ratio max_iter normalize random_state selection tol warm_start"),
    predictor("MultiTaskElasticNet", predict_linear_regressor,
              "alpha copy_X fit_intercept l1_ratio max_iter normalize random_state selection tol warm_start"),
    predictor("BayesianRidge", predict_linear_regressor,
              "alpha_1 alpha_2 alpha_init compute_score copy_X fit_intercept lambda_1 lambda_2 lambda_init max_iter "
              "n_iter normalize tol verbose"),
    predictor("ARDRegression", predict_linear_regressor,
              "alpha_1 alpha_2 compute_score copy_X fit_intercept lambda_1 lambda_2 max_iter n_iter normalize "
              "threshold_lambda tol verbose"),
    predictor("HuberRegressor", predict_linear_regressor, "alpha epsilon fit_intercept max_iter tol warm_start"),
    predictor("TheilSenRegressor", predict_linear_regressor,
              "copy_X fit_intercept max_iter max_subpopulation n_jobs n_subsamples random_state tol verbose"),
    predictor("QuantileRegressor", predict_linear_regressor, "alpha fit_intercept quantile solver solver_options"),
    predictor("OrthogonalMatchingPursuit", predict_linear_regressor,
              "fit_intercept n_nonzero_coefs normalize precompute tol"),
    predictor("SGDRegressor", predict_linear_regressor,
              "C alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter n_iter "
              "n_iter_no_change penalty power_t random_state shuffle tol validation_fraction verbose warm_start"),
    predictor("LinearSVR", predict_linear_regressor,
              "C dual epsilon fit_intercept intercept_scaling loss max_iter random_state tol verbose"),
    predictor("PassiveAggressiveRegressor", predict_linear_regressor,
              "C alpha average early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss max_iter n_iter "
              "n_iter_no_change penalty power_t random_state shuffle tol validation_fraction verbose warm_start"),
    predictor("MultiTaskLassoCV", predict_linear_regressor,
              "alphas copy_X cv eps fit_intercept max_iter n_alphas n_jobs normalize positive precompute random_state "
              "selection tol verbose"),
    predictor("MultiTaskElasticNetCV", predict_linear_regressor,
              "alphas copy_X cv eps fit_intercept l1_ratio max_iter n_alphas n_jobs normalize random_state selection "
              "tol verbose"),
    predictor("OrthogonalMatchingPursuitCV", predict_linear_regressor,
              "copy cv fit_intercept max_iter n_jobs normalize verbose"),
    predictor("TweedieRegressor", predict_tweedie_regressor,
              "alpha fit_intercept link max_iter power solver tol verbose warm_start"),
    predictor("PoissonRegressor", predict_log_link_regressor,
              "alpha fit_intercept link max_iter solver tol verbose warm_start"),
    predictor("GammaRegressor", predict_log_link_regressor,
              "alpha fit_intercept link max_iter solver tol verbose warm_start"),
    predictor("LogisticRegression", predict_linear_classifier,
              "C class_weight dual fit_intercept intercept_scaling l1_ratio max_iter multi_class n_jobs penalty "
              "random_state solver tol verbose warm_start"),
    predictor("LogisticRegressionCV", predict_linear_classifier,
              "Cs class_weight cv dual fit_intercept intercept_scaling l1_ratios max_iter multi_class n_jobs penalty "
              "random_state refit scoring solver tol use_legacy_attributes verbose"),
    predictor("LinearSVC", predict_linear_classifier,
              "C class_weight dual fit_intercept intercept_scaling loss max_iter multi_class penalty random_state tol "
              "verbose"),
    predictor("SGDClassifier", predict_linear_classifier,
              "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss "
              "max_iter n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction "
              "verbose warm_start"),
    predictor("Perceptron", predict_linear_classifier,
              "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss "
              "max_iter n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction "
              "verbose warm_start"),
    predictor("PassiveAggressiveClassifier", predict_linear_classifier,
              "C alpha average class_weight early_stopping epsilon eta0 fit_intercept l1_ratio learning_rate loss "
              "max_iter n_iter n_iter_no_change n_jobs penalty power_t random_state shuffle tol validation_fraction "
              "verbose warm_start"),
    predictor("RidgeClassifier", predict_linear_classifier,
              "alpha class_weight copy_X fit_intercept max_iter normalize positive random_state solver tol"),
    predictor("RidgeClassifierCV", predict_linear_classifier,
              "alpha_per_target alphas class_weight cv fit_intercept gcv_mode normalize scoring store_cv_results "
              "store_cv_values"),
    predictor("MLPClassifier", predict_mlp_classifier,
              "activation alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate "
              "learning_rate_init loss max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t "
              "random_state shuffle solver tol validation_fraction verbose warm_start"),
    predictor("MLPRegressor", predict_mlp_regressor,
              "activation alpha batch_size beta_1 beta_2 early_stopping epsilon hidden_layer_sizes learning_rate "
              "learning_rate_init loss max_fun max_iter momentum n_iter_no_change nesterovs_momentum power_t "
              "random_state shuffle solver tol validation_fraction verbose warm_start"),
    predictor("DecisionTreeClassifier", predict_tree_classifier,
              "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
              "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
              "random_state splitter"),
    predictor("ExtraTreeClassifier", predict_tree_classifier,
              "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
              "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
              "random_state splitter"),
    predictor("RandomForestClassifier", predict_tree_classifier,
              "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth "
              "max_features max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf "
              "min_samples_split min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state "
              "verbose warm_start"),
    predictor("ExtraTreesClassifier", predict_tree_classifier,
              "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth "
              "max_features max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf "
              "min_samples_split min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state "
              "verbose warm_start"),
    predictor("DecisionTreeRegressor", predict_tree_regressor,
              "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
              "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
              "random_state splitter"),
    predictor("ExtraTreeRegressor", predict_tree_regressor,
              "ccp_alpha class_weight criterion max_depth max_features max_leaf_nodes min_impurity_decrease "
              "min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf monotonic_cst presort "
              "random_state splitter"),
    predictor("RandomForestRegressor", predict_tree_regressor,
              "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth "
              "max_features max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf "
              "min_samples_split min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state "
              "verbose warm_start"),
    predictor("ExtraTreesRegressor", predict_tree_regressor,
              "base_estimator bootstrap ccp_alpha class_weight criterion estimator estimator_params max_depth "
              "max_features max_leaf_nodes max_samples min_impurity_decrease min_impurity_split min_samples_leaf "
              "min_samples_split min_weight_fraction_leaf monotonic_cst n_estimators n_jobs oob_score random_state "
              "verbose warm_start"),
    predictor("GradientBoostingClassifier", predict_boosting_classifier,
              "alpha ccp_alpha criterion init learning_rate loss max_depth max_features max_leaf_nodes "
              "min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf "
              "n_estimators n_iter_no_change presort random_state subsample tol validation_fraction verbose "
              "warm_start"),
    predictor("GradientBoostingRegressor", predict_boosting_regressor,
              "alpha ccp_alpha criterion init learning_rate loss max_depth max_features max_leaf_nodes "
              "min_impurity_decrease min_impurity_split min_samples_leaf min_samples_split min_weight_fraction_leaf "
              "n_estimators n_iter_no_change presort random_state subsample tol validation_fraction verbose "
              "warm_start"),
    predictor("GaussianNB", predict_gaussian_naive_bayes, "priors var_smoothing"),
    boosted("xgboost.Booster", predict_xgboost, &kXgboost),
    boosted("xgboost.XGBRegressor", predict_xgboost, &kXgboost),
    boosted("xgboost.XGBRFRegressor", predict_xgboost, &kXgboost),
    boosted("xgboost.XGBRanker", predict_xgboost, &kXgboost),
    boosted("xgboost.XGBClassifier", predict_xgboost_classifier, &kXgboost),
    boosted("xgboost.XGBRFClassifier", predict_xgboost_classifier, &kXgboost),
    boosted("lightgbm.Booster", predict_lightgbm, &kLightgbm),
    boosted("lightgbm.LGBMRegressor", predict_lightgbm, &kLightgbm),
    boosted("lightgbm.LGBMRanker", predict_lightgbm, &kLightgbm),
    boosted("lightgbm.LGBMClassifier", predict_lightgbm_classifier, &kLightgbm),
    boosted("catboost.CatBoost", predict_catboost, &kCatboost),
    boosted("catboost.CatBoostRegressor", predict_catboost, &kCatboost),
    boosted("catboost.CatBoostRanker", predict_catboost, &kCatboost),
    boosted("catboost.CatBoostClassifier", predict_catboost, &kCatboost),
    {"Pipeline", nullptr, nullptr, "memory steps transform_input verbose"},
};

/// What fitting leaves behind ends or begins with an underscore: the rest are parameters.
bool is_parameter(std::string_view attribute) {
  return !attribute.empty() && attribute.back() != '_' && attribute.front() != '_';
}

}  // namespace

const std::vector<SklearnClass>& sklearn_classes() {
  static const std::vector<SklearnClass> all = [] {
    std::vector<SklearnClass> rows(std::begin(kClasses), std::end(kClasses));
    for (const std::span<const SklearnClass> family :
         {calibration_classes(), cluster_classes(), compose_classes(), covariance_classes(),
          cross_decomposition_classes(), dict_classes(), discretization_classes(), discriminant_analysis_classes(),
          dummy_classes(), encoder_classes(), feature_selection_classes(), function_classes(),
          gaussian_process_classes(), histogram_classes(), isolation_forest_classes(), isotonic_classes(),
          iterative_imputer_classes(), kernel_approximation_classes(), kernel_ridge_classes(), knn_imputer_classes(),
          mixture_classes(), multiclass_classes(), multioutput_classes(), naive_bayes_classes(),
          nearest_centroid_classes(), neighbor_graph_classes(), neighbors_classes(), polynomial_classes(),
          power_classes(), projection_classes(), quantile_classes(), select_from_model_classes(), spline_classes(),
          stacking_classes(), svm_classes(), text_classes(), threshold_classes(), tree_embedding_classes(),
          voting_classes(), weight_boosting_classes()})
      rows.insert(rows.end(), family.begin(), family.end());
    return rows;
  }();
  return all;
}

const SklearnClass* find_sklearn_class(std::string_view name) {
  const std::vector<SklearnClass>& all = sklearn_classes();
  const auto found = std::find_if(all.begin(), all.end(), [&](const SklearnClass& row) { return row.name == name; });
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> known_parameters(const std::string& class_name) {
  std::vector<std::string> names;
  const SklearnClass* const row = find_sklearn_class(class_name);
  for (std::size_t begin = 0; row != nullptr && begin < row->parameters.size();) {
    const std::size_t end = std::min(row->parameters.find(' ', begin), row->parameters.size());
    names.emplace_back(row->parameters.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

void refuse_unknown_parameters(const Estimator& estimator) {
  if (saved_before(estimator.value, kNewestMajor, kNewestMinor + 1)) return;
  const std::string name = sklearn_class(estimator.value);
  if (find_sklearn_class(name) == nullptr) return;
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
