#include "tools/trees/shares.hpp"

#include <algorithm>
#include <cmath>

namespace nacre::tools {
namespace {

constexpr std::size_t kFewestTrees = 16;
constexpr double kSmallestShare = 0x1p-16, kWhole = 0x1p31;

/// Two shares that are a whole, but for the last bit of float64.
bool are_whole(double a, double b) { return std::abs(a + b - 1) < 0x1p-50; }

}  // namespace

bool is_share(double leaf) { return leaf == 0 || (leaf >= kSmallestShare && leaf <= 1); }

std::optional<Shares> shares_of(const parameters::TreeEnsemble& ensemble, const std::vector<double>& leaves,
                                std::size_t width, const std::vector<double>& base,
                                const std::vector<std::int64_t>& targets) {
  const auto is_zero = [](auto number) { return number == 0; };
  if (ensemble.function != TreeSum::compensated || targets.size() < kFewestTrees || width != base.size() ||
      !std::ranges::all_of(base, is_zero) || !std::ranges::all_of(targets, is_zero) ||
      !std::ranges::all_of(leaves, is_share))
    return {};
  Shares shares{{}, width, width == 2};
  for (std::size_t i = 0; i < leaves.size() && shares.has_rest; i += 2)
    shares.has_rest = are_whole(leaves[i], leaves[i + 1]);
  if (shares.has_rest) shares.width = 1;
  for (std::size_t i = 0; i < leaves.size(); i += shares.has_rest ? 2 : 1)
    shares.values.push_back(std::round(leaves[i] * kWhole));
  return shares;
}

}  // namespace nacre::tools
