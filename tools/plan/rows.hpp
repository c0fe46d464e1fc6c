#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/plan/steps.hpp"

namespace nacre::tools {

/// Steps that become one layer, `rows` (schema/operators/rows.md): the first one, how many, and of how many rows of the
/// last one's output it computes at a time.
struct Chain {
  std::uint32_t first, count;
  std::int64_t rows;

  std::uint32_t end() const { return first + count; }
};

/// How the rows of a step's output become more, as the schedule of its layer says.
struct RowGrowth {
  std::int64_t height, first, step, kept;

  /// Rows that a buffer must hold.
  std::int64_t buffer() const;
  /// Whether rows stay in the buffer from one step to the next.
  bool survives() const { return kept < first; }
};

/// Whether a step can be run on rows.
bool runs_on_rows(const PlanStep& step, const PlanSteps& all);

/// The values that the steps of a chain read and none of them makes, but constants: each once.
std::vector<ValueId> images_from_outside(const Chain& chain, const PlanSteps& all);

/// One for each step of a chain whose steps run on rows; empty where they do not fit together: a value is read at two
/// speeds.
std::vector<RowGrowth> growths_of(const Chain& chain, const PlanSteps& all);

/// How many bytes before its input `x` the output of a chain has to begin in order to lie over it; none where it
/// cannot.
std::optional<std::uint32_t> lead_over(ValueId x, const Chain& chain, const std::vector<RowGrowth>& growths,
                                       const PlanSteps& all);

}  // namespace nacre::tools
