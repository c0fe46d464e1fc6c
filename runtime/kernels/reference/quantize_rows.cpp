#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/row_codes.hpp"

namespace nacre::reference {
namespace {

struct RowOfNumbers {
  static RowRange range_of(const float* x, std::uint32_t count) {
    RowRange range;
    for (std::uint32_t i = 0; i < count; ++i) {
      if (x[i] < range.least) range.least = x[i];
      if (x[i] > range.most) range.most = x[i];
      if (!(x[i] - x[i] == 0)) range.is_finite = false;
    }
    return range;
  }
  static void quantize(const float* x, std::uint32_t count, const RowCodes& codes, std::int8_t* q) {
    for (std::uint32_t i = 0; i < count; ++i) q[i] = code_of(x[i], codes);
  }
};

}  // namespace

Status quantize_rows_f32(const Layer& layer) { return quantize_each_row<RowOfNumbers>(layer); }

}  // namespace nacre::reference
