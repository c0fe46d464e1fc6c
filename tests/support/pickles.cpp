#include "tests/support/pickles.hpp"

#include <fmt/format.h>

#include <cctype>

namespace nacre::tools::test {
namespace {

/// A text as Python's repr writes it; every byte but letters and digits is escaped.
std::string quoted(const std::string& text) {
  std::string result = "S'";
  for (const char c : text)
    result += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'
                  ? std::string(1, c)
                  : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return result + "'\n";
}

void add_names(PickledItems& attributes, const std::vector<std::string>& names) {
  if (!names.empty()) attributes.emplace_back("feature_names_in_", pickled_text_array(names));
}

}  // namespace

std::string pickled_numbers(const std::vector<double>& numbers) {
  std::string text = "(l";
  for (const double number : numbers) text += fmt::format("F{}\na", number);
  return text;
}

std::string pickled_texts(const std::vector<std::string>& texts) {
  std::string result = "(l";
  for (const std::string& text : texts) result += quoted(text) + "a";
  return result;
}

std::string pickled_text_array(const std::vector<std::string>& texts) {
  return "cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
         "(I1\n" + fmt::format("(I{}\nt", texts.size()) +
         "cnumpy\ndtype\n(S'O8'\nI0\nI1\ntR(I3\nS'|'\nNNNI-1\nI-1\nI63\ntbI00\n" + pickled_texts(texts) + "tb";
}

std::string pickled_dict(const PickledItems& items) {
  std::string text = "(d";
  for (const auto& [key, value] : items) text += quoted(key) + value + "s";
  return text;
}

std::string pickled_object(const std::string& module, const std::string& name, const PickledItems& attributes) {
  return "ccopy_reg\n_reconstructor\n(c" + module + "\n" + name + "\nc__builtin__\nobject\nNtR" +
         pickled_dict(attributes) + "b";
}

std::string pickled_scaler(const std::vector<double>& mean, const std::vector<double>& scale,
                           const std::vector<std::string>& names) {
  PickledItems attributes = {{"mean_", pickled_numbers(mean)},
                             {"scale_", pickled_numbers(scale)},
                             {"with_mean", "I01\n"},
                             {"with_std", "I01\n"},
                             {"n_features_in_", fmt::format("I{}\n", mean.size())}};
  add_names(attributes, names);
  return pickled_object("sklearn.preprocessing._data", "StandardScaler", attributes);
}

std::string pickled_regression(const std::vector<double>& coefficients, double intercept,
                               const std::vector<std::string>& names) {
  PickledItems attributes = {{"coef_", pickled_numbers(coefficients)}, {"intercept_", fmt::format("F{}\n", intercept)},
                             {"n_features_in_", fmt::format("I{}\n", coefficients.size())}};
  add_names(attributes, names);
  return pickled_object("sklearn.linear_model._base", "LinearRegression", attributes);
}

std::string pickled_power(const std::string& method, const std::vector<double>& powers,
                          const std::vector<std::string>& names) {
  PickledItems attributes = {{"lambdas_", pickled_numbers(powers)},
                             {"method", "S'" + method + "'\n"},
                             {"standardize", "I00\n"},
                             {"n_features_in_", fmt::format("I{}\n", powers.size())},
                             {"_sklearn_version", "S'1.8.0'\n"}};
  add_names(attributes, names);
  return pickled_object("sklearn.preprocessing._data", "PowerTransformer", attributes);
}

}  // namespace nacre::tools::test
