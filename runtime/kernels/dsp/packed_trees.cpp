#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/dsp/share_walk.hpp"
#include "runtime/kernels/packed_sums.hpp"
#include "runtime/kernels/reference.hpp"

namespace nacre::dsp {

#if defined(__thumb2__)

namespace {

using packed::PackedShares;

struct ThumbProcessor {
  /// The carry of a comparison is the answer.
  static std::size_t follow(std::size_t start, std::uint32_t key, const std::uint32_t& threshold) {
    asm("cmp %1, %2\n\tadc %0, %0, #0" : "+r"(start) : "r"(key), "r"(threshold) : "cc");
    return start;
  }
  /// In a register, a number is shifted as a part of another instruction.
  static void keep(std::uint32_t& number) { asm("" : "+r"(number)); }
};

class ThumbWalk : public packed::PackedWalk<ThumbProcessor> {
 public:
  using PackedWalk::PackedWalk;

  bool adds_shares() const { return steps_ == 1 && levels_ >= kFewestLevels && levels_ <= kMostLevels; }
  /// Adds the shares that all trees of the group lead to.
  void add(const TreeGroup& group, const std::uint32_t* leaves, std::int64_t* sum) const {
    if (group.trees == 0) return;
    const auto bits = static_cast<std::uint64_t>(*sum);
    ShareWalk walk{1, slots_, thresholds_, exits_, lasts_, rows_, leaves, keys_, group.trees,
                   static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32), 2 * group.trees};
    add_shares_of(levels_, &walk);
    *sum = static_cast<std::int64_t>(std::uint64_t{walk.high} << 32 | walk.low);
  }
};

/// Runs a layer of shares with one column by the walk that adds them. False where there is none.
bool has_run_shares(const Layer& layer) {
  const auto& table = layer.parameters<parameters::PackedTrees>();
  const ThumbWalk walk(layer);
  const std::uint32_t outputs = table.rest ? 2 : 1;  // which then a leaf has, or one less
  if (!walk.adds_shares() || output_width_of(layer) != outputs) return false;
  const std::uint32_t* const shape = dimensions_of(layer, 0);
  const std::uint32_t rows = shape[0], features = shape[1], trees = dimensions_of(layer, 9)[0];
  const std::uint32_t asked = layer.input_shape(1).size(), room = layer.temporary_bytes(0) / 4;
  const auto* asks = layer.input<std::int32_t>(1);
  const std::uint32_t own = own_asks(asks, asked);
  auto* keys = layer.temporary<std::uint32_t>(0);
  for (std::uint32_t i = asked; i < room; ++i) keys[i] = 0;
  const float* x = layer.input<float>(0);
  auto* y = layer.output<float>(0);
  for (std::uint32_t row = 0; row < rows; ++row, x += features, y += outputs) {
    packed::make_keys<ThumbProcessor>(asks, own, asked, x, keys);
    ThumbWalk walks = walk;
    PackedShares sum{layer.input<std::int32_t>(11)[0]};
    const TreeGroup* group = layer.input<TreeGroup>(8);
    for (std::uint32_t left = trees; left != 0; left -= group->trees, walks.end(*group++)) {
      walks.begin(*group);
      walks.add(*group, layer.input<std::uint32_t>(10), &sum.sum);
    }
    y[0] = sum.over(table.divisor);
    if (table.rest) y[1] = PackedShares{(static_cast<std::int64_t>(trees) << 31) - sum.sum}.over(table.divisor);
  }
  return true;
}

template <typename Sum>
constexpr auto run_packed_trees = packed::run_packed<Sum, ThumbProcessor>;

}  // namespace

Status packed_trees_f32(const Layer& layer) { return run_packed_trees<packed::PackedCompensated>(layer); }
Status packed_trees_plain_f32(const Layer& layer) { return run_packed_trees<packed::PackedPlain<float>>(layer); }
Status packed_trees_plain_f64(const Layer& layer) { return run_packed_trees<packed::PackedPlain<double>>(layer); }
Status packed_trees_shares_i32(const Layer& layer) {
  return has_run_shares(layer) ? Status::ok : run_packed_trees<PackedShares>(layer);
}

#else  // the layout is the reference's

Status packed_trees_f32(const Layer& layer) { return reference::packed_trees_f32(layer); }
Status packed_trees_plain_f32(const Layer& layer) { return reference::packed_trees_plain_f32(layer); }
Status packed_trees_plain_f64(const Layer& layer) { return reference::packed_trees_plain_f64(layer); }
Status packed_trees_shares_i32(const Layer& layer) { return reference::packed_trees_shares_i32(layer); }

#endif

}  // namespace nacre::dsp
