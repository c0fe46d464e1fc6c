// PolynomialFeatures: products of features.

#include <algorithm>
#include <map>

#include "tools/sklearn/algebra.hpp"
#include "tools/sklearn/families.hpp"

namespace nacre::tools {
namespace {

using Indices = std::vector<std::int64_t>;

/// The products of one degree, each by the product of one degree less that it continues, and its last feature.
struct Products {
  Indices continued, last;
};

/// In the library's order: lexicographic, features ascending, each once where `once`.
Products next_products(const Products& products, std::int64_t features, bool once) {
  Products next;
  for (std::size_t i = 0; i < products.last.size(); ++i)
    for (std::int64_t f = products.last[i] + (once ? 1 : 0); f < features; ++f) {
      next.continued.push_back(static_cast<std::int64_t>(i));
      next.last.push_back(f);
    }
  return next;
}

struct Degrees {
  std::int64_t least, most;
};

/// A number is the highest degree; a pair both.
Degrees degrees_of(const Estimator& estimator) {
  const Value degree = estimator.value.attribute("degree");
  if (degree.is_number()) return {0, degree.as_int()};
  if (degree.size() != 2) estimator.refuse("has degrees that are no pair", "save the model again");
  return {degree.at(0).as_int(), degree.at(1).as_int()};
}

ValueId transform_polynomial(const Estimator& estimator, ValueId x) {
  constexpr std::size_t kMost = 1 << 20;
  const Degrees degrees = degrees_of(estimator);
  const bool once = number_of(estimator.value, "interaction_only").value_or(0) != 0;
  const std::int64_t features = estimator.graph.type(x).last();
  const Algebra algebra(estimator);
  std::vector<ValueId> parts;
  if (number_of(estimator.value, "include_bias").value_or(1) != 0) parts.push_back(algebra.constant({1, 1}, {1}));
  Products products;
  for (std::int64_t f = 0; f < features; ++f) products.last.push_back(f);
  ValueId terms = x;
  for (std::int64_t degree = 1; degree <= degrees.most; ++degree) {
    if (degree > 1) {
      products = next_products(products, features, once);
      if (products.last.empty()) break;
      if (products.last.size() > kMost) estimator.refuse("makes too many products", "use a smaller degree");
      terms = algebra.multiply(algebra.columns(terms, products.continued), algebra.columns(x, products.last));
    }
    if (degree >= degrees.least) parts.push_back(terms);
  }
  if (parts.empty()) estimator.refuse("makes no feature", "use a degree of at least 1");
  return algebra.join(parts);
}

}  // namespace

std::span<const SklearnClass> polynomial_classes() {
  static constexpr SklearnClass kRows[] = {
      transformer("PolynomialFeatures", transform_polynomial, "degree include_bias interaction_only order"),
  };
  return kRows;
}

}  // namespace nacre::tools
