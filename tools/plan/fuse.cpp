#include "tools/plan/fuse.hpp"

#include <algorithm>

#include "tools/plan/strip_cost.hpp"

namespace nacre::tools {
namespace {

constexpr std::uint32_t kLongest = 8;  // steps of a chain

/// What may be fused.
class Candidates {
 public:
  Candidates(const Graph& graph, const PlanSteps& all) : all_(all), runs_(all.steps.size()), uses_(all.values.size()) {
    for (std::uint32_t i = 0; i < all.steps.size(); ++i) {
      const PlanStep& step = all.steps[i];
      for (const auto* used : {&step.inputs, &step.given, &step.made})
        for (const ValueId value : *used) uses_[value].push_back(used == &step.inputs ? i : kOutside);
    }
    for (std::uint32_t i = 0; i < all.steps.size(); i += 1 + all.steps[i].body)
      runs_[i] = all.steps[i].body == 0 && runs_on_rows(all.steps[i], all);
    for (const Port& output : graph.outputs) uses_[output.value].push_back(kOutside);
  }

  bool fits(const Chain& chain) const {
    for (std::uint32_t i = chain.first; i < chain.end(); ++i) {
      if (!runs_[i]) return false;
      const auto is_outside = [&](std::uint32_t use) { return use < chain.first || use >= chain.end(); };
      if (i + 1 < chain.end() && std::ranges::any_of(uses_[all_.steps[i].outputs[0]], is_outside)) return false;
    }
    const std::vector<ValueId> images = images_from_outside(chain, all_);
    if (images.empty()) return false;
    const DataType type = all_.values[images[0]]->type.type;  // of the kernel
    return (type == DataType::int8 || type == DataType::float32) && !growths_of(chain, all_).empty();
  }

 private:
  static constexpr std::uint32_t kOutside = 0xffffffff;

  const PlanSteps& all_;
  std::vector<bool> runs_;                           // by step
  std::vector<std::vector<std::uint32_t>> uses_;     // by value: the steps that read it
};

/// The bytes that live at once where most do: how many, in how many steps, and the first of these.
struct Peak {
  explicit Peak(const std::vector<std::uint32_t>& live) {
    for (std::uint32_t step = 0; step < live.size(); ++step) {
      if (live[step] > bytes) bytes = live[step], steps = 0, first = step;
      if (live[step] == bytes) ++steps;
    }
  }
  bool is_lower_than(const Peak& other) const {
    return bytes != other.bytes ? bytes < other.bytes : steps < other.steps;
  }

  std::uint32_t bytes = 0, steps = 0, first = 0;
};

/// The same chains with another, which takes the place of those that it has steps of.
std::vector<Chain> with(const std::vector<Chain>& chains, const Chain& added) {
  std::vector<Chain> result;
  for (const Chain& chain : chains)
    if (chain.end() <= added.first || chain.first >= added.end()) result.push_back(chain);
  result.push_back(added);
  std::ranges::sort(result, {}, &Chain::first);
  return result;
}

std::int64_t height_of(const Chain& chain, const PlanSteps& all) {
  return all.values[all.steps[chain.end() - 1].outputs[0]]->type.shape[1];
}

/// Gives the chain the fewest rows with which its strips cost at most a twentieth of its time. False where none do.
bool choose_rows(Chain& chain, const PlanSteps& all) {
  for (chain.rows = 1; chain.rows < height_of(chain, all); ++chain.rows) {
    const StripCost cost = strip_cost(chain, growths_of(chain, all), all);
    if ((cost.on_rows - cost.whole) * 20 <= cost.whole) return true;
  }
  return false;
}

/// Lowers the peak, chain by chain, as far as it goes: each time by the chain in which least lives.
std::vector<Chain> lower_peak(const Candidates& candidates, const PlanSteps& all, const Measure& measure) {
  const auto steps = static_cast<std::uint32_t>(all.steps.size());
  std::vector<Chain> best;
  for (bool goes_on = steps != 0; goes_on;) {
    goes_on = false;
    const std::vector<Chain> now = best;
    const Peak peak(measure(now));
    std::uint32_t least = 0xffffffff;
    const std::uint32_t at = peak.first, earliest = at < kLongest ? 0 : at - kLongest + 1;
    for (std::uint32_t first = earliest; first <= at; ++first)
      for (std::uint32_t end = at + 1; end <= std::min(steps, first + kLongest); ++end) {
        Chain chain{first, end - first, 1};
        if (!candidates.fits(chain) || !choose_rows(chain, all)) continue;
        std::vector<Chain> chains = with(now, chain);
        const std::vector<std::uint32_t> live = measure(chains);
        const std::uint32_t own = *std::max_element(live.begin() + first, live.begin() + end);
        if (own >= least || !Peak(live).is_lower_than(peak)) continue;
        best = std::move(chains), least = own, goes_on = true;
      }
  }
  return best;
}

}  // namespace

bool can_be_fused(const Graph& graph, const PlanSteps& all, const Chain& chain) {
  return Candidates(graph, all).fits(chain);
}

std::vector<Chain> choose_chains(const Graph& graph, const PlanSteps& all, const Measure& measure) {
  std::vector<Chain> chains = lower_peak(Candidates(graph, all), all, measure);
  const std::uint32_t whole = Peak(measure({})).bytes, least = Peak(measure(chains)).bytes, most = least + least / 64;
  if (std::uint64_t{least} * 10 > std::uint64_t{whole} * 9) return {};
  for (std::size_t i = chains.size(); i-- > 0;) {
    std::vector<Chain> fewer = chains;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (Peak(measure(fewer)).bytes <= most) chains = std::move(fewer);
  }
  for (Chain& chain : chains) {
    const std::int64_t height = height_of(chain, all), fewest = chain.rows;
    for (std::int64_t strips = 2; strips <= height; ++strips) {
      chain.rows = std::max(fewest, (height + strips - 1) / strips);
      if (chain.rows == fewest || Peak(measure(chains)).bytes <= most) break;
    }
  }
  return chains;
}

}  // namespace nacre::tools
