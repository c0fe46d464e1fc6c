#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "tools/session/model_file.hpp"
#include "tools/session/row.hpp"
#include "tools/trees/column_path.hpp"

namespace nacre::tools {

/// What trees ask about the elements of the inputs, of the library's numbers and of the device's.
class RowThresholds {
 public:
  /// `device` is the graph of `model`, as rebuild() gives it.
  RowThresholds(const ModelFile& model, const Graph& device);

  bool any() const;

  /// The first number, by input and element, that the device answers a question about otherwise than the library.
  std::optional<std::pair<unsigned, std::size_t>> first_other(const GivenRow& given, const GivenRow& rounded) const;

 private:
  /// The questions about one element of an input, as thresholds in ascending order.
  struct Thresholds {
    std::vector<double> exact;
    std::vector<float> of_float32, on_device;
    bool is_category = false;  ///< trees also look up its whole part

    bool asks() const { return !exact.empty() || is_category; }
    bool are_answered_alike(double given, double rounded, bool is_float32) const;
  };

  void collect(const ModelFile& model, const Graph& device);
  void collect(const schema::ExactValues& exact, const Graph& device, const Node& trees,
               const std::vector<Thresholds*>& elements);
  /// Where the questions about each column of trees are collected; null where it is no element of an input.
  std::vector<Thresholds*> elements_of(const Graph& device, const std::vector<ColumnPath>& paths);

  std::vector<std::vector<Thresholds>> of_inputs_;
};

}  // namespace nacre::tools
