#include "runtime/strict_float.hpp"  // first

#include "nacre/network.hpp"
#include "runtime/kernels/map.hpp"
#include "runtime/kernels/unit.hpp"

namespace nacre::reference {
namespace {

using parameters::Move;

constexpr bool kPrefersSpeed = NACRE_VECTORS != 0;

template <typename Bits>
Unit<Bits> fill_of(const Move& p, Unit<Bits>) {
  return {static_cast<Bits>(p.fill[0] | std::uint64_t{p.fill[1]} << 32)};
}
String fill_of(const Move&, String) { return {}; }

/// Steps through a box, without its last axes: what they hold begins at one place after the other.
class Places {
 public:
  Places(const Move& p, std::uint32_t start) : p_(p), place_(start) {}

  std::uint32_t place() const { return place_; }

  /// Along the first `axes`; false when there is none left.
  [[gnu::noinline]] bool next(unsigned axes) {
    for (unsigned axis = axes; axis-- > 0; done_[axis] = 0) {
      const auto length = static_cast<std::uint32_t>(p_.length[axis]);
      const auto stride = static_cast<std::uint32_t>(p_.stride[axis]);
      place_ += stride;
      if (++done_[axis] != length) return true;
      place_ -= length * stride;
    }
    return false;
  }

 private:
  const Move& p_;
  std::uint32_t place_;
  std::uint32_t done_[8] = {};
};

template <typename T>
[[gnu::noinline]] void copy_run(const T* from, std::int32_t from_step, T* to, std::int32_t to_step,
                                std::uint32_t count) {
  if (from_step == to_step) {  // one of them is 1
#if NACRE_VECTORS
    constexpr std::uint32_t kUnits = 16 / sizeof(T), kFour = 4 * kUnits;
    for (; count >= kFour; count -= kFour, from += kFour, to += kFour) __builtin_memcpy(to, from, 64);
    for (; count >= kUnits; count -= kUnits, from += kUnits, to += kUnits) __builtin_memcpy(to, from, 16);
#endif
    for (std::uint32_t i = 0; i < count; ++i) to[i] = from[i];
    return;
  }
  for (;; from += from_step, to += to_step) {  // no step leads out of a tensor
    *to = *from;
    if (--count == 0) return;
  }
}

template <typename T>
Status take(const Layer& layer) {
  const auto& p = layer.parameters<Move>();
  const unsigned last = p.rank - 1u, axes = kPrefersSpeed && last > 0 ? last - 1 : last;
  const auto run = static_cast<std::uint32_t>(p.length[last]);
  const T* x = layer.input<T>(0);
  T* y = layer.output<T>(0);
  Places planes(p, static_cast<std::uint32_t>(p.start));
  do {
    std::uint32_t place = planes.place();
    for (std::int32_t left = axes < last ? p.length[axes] : 1; left > 0; --left, y += run) {
      copy_run(x + place, p.stride[last], y, 1, run);
      place += static_cast<std::uint32_t>(p.stride[axes]);
    }
  } while (planes.next(axes));
  return Status::ok;
}

[[gnu::noinline]] std::uint32_t bytes_of(Shape shape, DataType type) { return shape.size() * element_bytes(type); }

template <typename T>
Status put(const Layer& layer) {
  const auto& p = layer.parameters<Move>();
  const unsigned last = p.rank - 1u;
  T* y = layer.output<T>(0);
  if (p.fills)
    for (std::uint32_t i = bytes_of(layer.output_shape(0), layer.output_type(0)) / sizeof(T); i-- > 0;)
      y[i] = fill_of(p, T{});
  auto start = static_cast<std::uint32_t>(p.start);
  for (unsigned input = 0; input < layer.inputs(); ++input) {
    const T* x = layer.input<T>(input);
    std::uint32_t run = bytes_of(layer.input_shape(input), layer.input_type(input)) / sizeof(T);
    for (unsigned axis = 0; axis < last; ++axis) run /= static_cast<std::uint32_t>(p.length[axis]);
    Places runs(p, start);
    do {
      copy_run(x, 1, y + runs.place(), p.stride[last], run);
      x += run;
    } while (runs.next(last));
    start += run * static_cast<std::uint32_t>(p.stride[last]);
  }
  return Status::ok;
}

}  // namespace

Status take_i8(const Layer& layer) { return take<Unit<std::uint8_t>>(layer); }
Status take_i16(const Layer& layer) { return take<Unit<std::uint16_t>>(layer); }
Status take_i32(const Layer& layer) { return take<Unit<std::uint32_t>>(layer); }
Status take_i64(const Layer& layer) { return take<Unit<std::uint64_t>>(layer); }
Status take_string(const Layer& layer) { return take<String>(layer); }

Status put_i8(const Layer& layer) { return put<Unit<std::uint8_t>>(layer); }
Status put_i16(const Layer& layer) { return put<Unit<std::uint16_t>>(layer); }
Status put_i32(const Layer& layer) { return put<Unit<std::uint32_t>>(layer); }
Status put_i64(const Layer& layer) { return put<Unit<std::uint64_t>>(layer); }
Status put_string(const Layer& layer) { return put<String>(layer); }

}  // namespace nacre::reference
