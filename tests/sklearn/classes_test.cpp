#include <doctest/doctest.h>

#include <fstream>

#include "tests/support/models.hpp"
#include "tests/support/pickles.hpp"
#include "tools/common/refusal.hpp"
#include "tools/evaluate/evaluate.hpp"
#include "tools/read/read.hpp"

namespace nacre::tools::test {
namespace {

Graph read(const std::string& pickle) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("model.pkl"), std::ios::binary) << pickle << '.';
  return read_model({folder.file("model.pkl")}, {}, nullptr);
}

std::string refusal_of(const std::string& pickle) {
  try {
    read(pickle);
  } catch (const Refusal& refusal) {
    return refusal.what();
  }
  return "";
}

bool says(const std::string& message, const std::string& text) { return message.find(text) != std::string::npos; }

std::string pipeline(const std::string& module, const std::vector<std::string>& steps) {
  std::string list = "(l";
  for (std::size_t i = 0; i < steps.size(); ++i) list += "(S'step" + std::to_string(i) + "'\n" + steps[i] + "ta";
  return pickled_object(module, "Pipeline", {{"steps", list}});
}

const std::string kScaler = pickled_scaler({1, 2}, {2, 4}), kModel = pickled_regression({5, 6}, 7);

TEST_SUITE("classes in pickles") {
  TEST_CASE("models of other libraries are not read yet, alone, in a dict and in a pipeline") {
    const std::vector<std::pair<std::string, std::string>> foreign = {
        {"imblearn.ensemble._forest", "BalancedRandomForestClassifier"}};
    for (const auto& [module, name] : foreign) {
      const std::string model = pickled_object(module, name, {{"n_features_in_", "I2\n"}});
      for (const std::string& pickle :
           {model, pickled_dict({{"model", model}}), pipeline("sklearn.pipeline", {kScaler, model})}) {
        const std::string message = refusal_of(pickle);
        CAPTURE(message);
        CHECK(says(message, module + "." + name));
        CHECK(says(message, "not read yet"));
        CHECK_FALSE(says(message, "not a model class"));
      }
    }
  }

  TEST_CASE("every step that is not supported is named, each with its place") {
    const std::string process = pickled_object("sklearn.decomposition._nmf", "NMF", {}),
                      own = pickled_object("mine.steps", "Cleaner", {});
    const std::string boosted = pickled_object("imblearn.ensemble._bagging", "BalancedBagging", {}),
                      message = refusal_of(pipeline("sklearn.pipeline", {own, kScaler, boosted, process}));
    CAPTURE(message);
    for (const char* text :
         {"steps[0][1]: mine.steps.Cleaner", "steps[2][1]: imblearn.ensemble._bagging.BalancedBagging",
          "steps[3][1]: sklearn.decomposition._nmf.NMF"})
      CHECK(says(message, text));
    CHECK_FALSE(says(message, "StandardScaler"));
  }

  TEST_CASE("samplers are passed over between the steps of imbalanced-learn's pipeline, and nowhere else") {
    const std::string sampler =
        pickled_object("imblearn.under_sampling._prototype_selection._tomek_links", "TomekLinks", {});
    const Graph graph = read(pipeline("imblearn.pipeline", {sampler, kScaler, sampler, kModel}));
    CHECK(evaluate(graph, {{{DataType::float32, {1, 2}}, {3, 10}, {}}})[graph.outputs[0].value].values.at(0) == 24);
    CHECK(says(refusal_of(pipeline("imblearn.pipeline", {kScaler, sampler})), "TomekLinks"));
  }

  TEST_CASE("an attribute that hides a method is refused at whatever object it hangs") {
    const auto with_method = [](const char* method) {
      return pickled_object("sklearn.linear_model._base", "LinearRegression",
                            {{"coef_", pickled_numbers({5, 6})}, {"intercept_", "F7\n"}, {method, "cbuiltins\nlen\n"}});
    };
    CHECK(says(refusal_of(with_method("predict")), "has an attribute predict of its own"));
    CHECK(says(refusal_of(with_method("_decision_function")), "del model._decision_function"));
    CHECK(says(refusal_of(pipeline("sklearn.pipeline", {kScaler, with_method("predict")})), "steps[1][1]: "));
    const std::string search = pickled_object("sklearn.model_selection._search", "GridSearchCV",
                                              {{"best_estimator_", kModel}, {"predict", "N"}});
    CHECK(says(refusal_of(search), "GridSearchCV has an attribute predict of its own"));
  }

  TEST_CASE("arrays in files of their own are refused as such, however the pickle names them") {
    const std::string wrapper = pickled_object("sklearn.externals.joblib.numpy_pickle", "NDArrayWrapper",
                                               {{"filename", "S'model.pkl_01.npy'\n"}});
    const std::string model =
        pickled_object("sklearn.linear_model.base", "LinearRegression", {{"coef_", wrapper}, {"intercept_", "F7\n"}});
    CHECK(says(refusal_of(model), "files of their own"));
  }

  TEST_CASE("a search without refit says so, and one that was never fitted says that") {
    const auto search = [](const char* refit) {
      return pickled_object("sklearn.model_selection._search", "RandomizedSearchCV", {{"refit", refit}});
    };
    CHECK(says(refusal_of(search("I00\n")), "refit=False"));
    CHECK(says(refusal_of(search("I01\n")), "not fitted"));
  }

  TEST_CASE("text where a model has numbers is refused by its place") {
    const std::string model =
        pickled_object("sklearn.linear_model.base", "LinearRegression",
                       {{"coef_", pickled_text_array({"a", "b"})}, {"intercept_", "F7\n"}, {"n_features_in_", "I2\n"}});
    const std::string message = refusal_of(model);
    CAPTURE(message);
    CHECK(says(message, "text where numbers are needed"));
    CHECK_FALSE(says(message, "defect"));
  }
}

}  // namespace
}  // namespace nacre::tools::test
