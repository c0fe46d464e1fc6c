#include "tools/rows/raises.hpp"

#include <fmt/format.h>

#include <cmath>

namespace nacre::tools {

std::optional<RowProblem> find_below_limit(const schema::Description& description, const GivenRow& given) {
  for (unsigned i = 0; i < given.inputs.size(); ++i) {
    const auto* limits = description.inputs()->Get(i)->limits();
    if (limits == nullptr) continue;
    for (const schema::Limit* limit : *limits) {
      if (limit->element() >= given.inputs[i].size()) continue;
      const double x = given.inputs[i][limit->element()];
      if (x > limit->above() || std::isnan(x)) continue;
      return RowProblem{i, limit->element(),
                        fmt::format("{} is not above {}, and a transformation of Box and Cox takes nothing else: the "
                                    "library raises an error", x, limit->above()),
                        "give what it can take, or train with method=\"yeo-johnson\""};
    }
  }
  return std::nullopt;
}

std::optional<RowProblem> find_other_missing(const schema::Description& description, const GivenRow& given) {
  for (unsigned i = 0; i < given.inputs.size(); ++i) {
    const auto* kinds = description.inputs()->Get(i)->missing();
    if (kinds == nullptr) continue;
    for (const schema::Missing* missing : *kinds)
      if (missing->element() < given.inputs[i].size() && std::isnan(given.inputs[i][missing->element()]))
        return RowProblem{i, missing->element(),
                          "the number is missing, where training had None, which the library tells from NaN",
                          "train it with NaN for missing numbers, or add --allow-rounding to take NaN for None"};
  }
  return std::nullopt;
}

std::optional<RowProblem> find_no_number(const Graph& library, const std::vector<Tensor64>& values,
                                         bool is_float32) {
  for (const Node& node : library.nodes) {
    const GraphValue& made = library.values[node.outputs[0]];
    for (const double x : values[node.outputs[0]].values) {
      if ((made.refuses_missing && std::isnan(x)) || (made.refuses_infinite && std::isinf(x)))
        return RowProblem{0, 0,
                          fmt::format("layer {} makes {} of it, for which the library raises an error or has no answer",
                                      node.name,
                                      std::isnan(x) ? "what is no number (NaN)" : "an infinite number"),
                          "give numbers for which every step is defined: a logarithm or a root of what is above "
                          "zero, a spline between its knots", true};
      // Of float32 rows what is less than float32 holds is zero.
      if ((is_float32 ? static_cast<double>(static_cast<float>(x)) : x) <= made.above)
        return RowProblem{0, 0,
                          fmt::format("layer {} makes {} of it, which is not above {}, and a transformation of Box and "
                                      "Cox takes nothing else: the library raises an error", node.name, x, made.above),
                          "give what it can take, or train with method=\"yeo-johnson\"", true};
    }
  }
  return std::nullopt;
}

}  // namespace nacre::tools
