#pragma once

#include <optional>
#include <vector>

#include "tools/operators/definition.hpp"
#include "tools/rows/averages.hpp"
#include "tools/rows/edges.hpp"
#include "tools/rows/float32_library.hpp"
#include "tools/rows/power_rounding.hpp"
#include "tools/rows/rebuild.hpp"
#include "tools/session/row.hpp"

namespace nacre::tools {

/// A model as its library computes it, of rows of one precision, and as the device does.
struct RowGraphs {
  RowGraphs(const ModelFile& model, Questions questions)
      : saved(rebuild(model, questions)),
        device(rebuild(model, Questions::of_device)),
        edges(saved),
        powers(saved),
        averages(saved),
        float32_library(saved) {}
  RowGraphs(const RowGraphs&) = delete;
  RowGraphs& operator=(const RowGraphs&) = delete;

  Graph saved, device;
  Edges edges;
  PowerRounding powers;
  Averages averages;
  Float32Library float32_library;
};

/// The same, made when a row asks for them: large forests take time, and most rows do not.
class LazyGraphs {
 public:
  /// `model` must outlive this.
  LazyGraphs(const ModelFile& model, Questions questions) : model_(model), questions_(questions) {}
  const RowGraphs& get() {
    if (!made_) made_.emplace(model_, questions_);
    return *made_;
  }

 private:
  const ModelFile& model_;
  Questions questions_;
  std::optional<RowGraphs> made_;
};

/// A row whose answers the device has just made, as it is judged. All that is given must outlive it.
class JudgedRow {
 public:
  /// `rounded` are the inputs as the device got them; `overflowed` says whether a number became infinite on the way.
  JudgedRow(const GivenRow& given_row, const GivenRow& rounded_row, const Network& of_row, bool has_overflowed,
            LazyGraphs& lazy)
      : given(given_row), rounded(rounded_row), network(of_row), overflowed(has_overflowed), graphs_(lazy) {}

  const RowGraphs& graphs() const { return graphs_.get(); }
  /// What the library makes of the row, by ValueId of `graphs().saved`.
  const std::vector<Tensor64>& wanted() const;
  /// What the device would make of its rounded numbers without rounding any further, by ValueId of `graphs().device`.
  std::vector<Tensor64> made() const;

  const GivenRow &given, &rounded;
  const Network& network;
  const bool overflowed;

 private:
  LazyGraphs& graphs_;
  mutable std::optional<std::vector<Tensor64>> wanted_;
};

}  // namespace nacre::tools
