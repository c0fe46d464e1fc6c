#include "runtime/strict_float.hpp"  // first

#include "runtime/kernels/packed_sums.hpp"

namespace nacre::reference {

template <typename Sum>
constexpr auto run_packed_trees = packed::run_packed<Sum, packed::PlainProcessor>;

Status packed_trees_f32(const Layer& layer) { return run_packed_trees<packed::PackedCompensated>(layer); }
Status packed_trees_plain_f32(const Layer& layer) { return run_packed_trees<packed::PackedPlain<float>>(layer); }
Status packed_trees_plain_f64(const Layer& layer) { return run_packed_trees<packed::PackedPlain<double>>(layer); }
Status packed_trees_shares_i32(const Layer& layer) { return run_packed_trees<packed::PackedShares>(layer); }

}  // namespace nacre::reference
