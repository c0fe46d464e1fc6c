#pragma once

#include <string>
#include <utility>
#include <vector>

namespace nacre::tools::test {

// Pickles written by hand (protocol 0, without their final full stop), for models that are too small or
// too odd to be fixtures.

/// A list of numbers, of texts, a NumPy array of texts.
std::string pickled_numbers(const std::vector<double>& numbers);
std::string pickled_texts(const std::vector<std::string>& texts);
std::string pickled_text_array(const std::vector<std::string>& texts);

/// A dict, and an object of class `module`.`name` with attributes.
using PickledItems = std::vector<std::pair<std::string, std::string>>;
std::string pickled_dict(const PickledItems& items);
std::string pickled_object(const std::string& module, const std::string& name, const PickledItems& attributes);

/// A fitted StandardScaler and a fitted LinearRegression; `names` may be empty.
std::string pickled_scaler(const std::vector<double>& mean, const std::vector<double>& scale,
                           const std::vector<std::string>& names = {});
std::string pickled_regression(const std::vector<double>& coefficients, double intercept,
                               const std::vector<std::string>& names = {});
/// A fitted PowerTransformer ("box-cox" or "yeo-johnson") that does not standardize.
std::string pickled_power(const std::string& method, const std::vector<double>& powers,
                          const std::vector<std::string>& names = {});

}  // namespace nacre::tools::test
