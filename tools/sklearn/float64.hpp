#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "tools/graph/graph.hpp"

namespace nacre::tools {

/// Element-wise arithmetic of float64 values.
class Float64 {
 public:
  /// A value or a number.
  struct Term {
    Term(ValueId value) : value(value), is_number(false) {}          // NOLINT(google-explicit-constructor)
    Term(double number) : number(number), is_number(true) {}         // NOLINT(google-explicit-constructor)
    ValueId value = 0;
    double number = 0;
    bool is_number;
  };

  Float64(Graph& graph, std::string name) : graph_(graph), name_(std::move(name)) {}

  ValueId apply(MapFunction function, std::initializer_list<Term> terms) const;
  /// c0 + c1 x + c2 x² …
  ValueId polynomial(ValueId x, const std::vector<double>& coefficients) const;
  ValueId widened(ValueId x) const { return cast(x, DataType::float64); }
  ValueId narrowed(ValueId x) const { return cast(x, DataType::float32); }

 private:
  ValueId cast(ValueId x, DataType type) const;
  std::string named(const char* word) const;

  Graph& graph_;
  std::string name_;
};

}  // namespace nacre::tools
