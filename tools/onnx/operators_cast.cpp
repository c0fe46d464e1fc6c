// Operators that change the type of elements.

#include <fmt/format.h>

#include "tools/onnx/programs.hpp"

namespace nacre::tools {
namespace {

using Integers = std::vector<std::int64_t>;
using F = MapFunction;

[[noreturn]] void refuse_cast(const OnnxCall& call, OnnxType from, OnnxType to) {
  call.refuse(fmt::format("casts {} to {}, which Nacre does not support", onnx_type_name(from), onnx_type_name(to)));
}

/// Elements of another type. Integers of the device have 32 bits; narrower ones wrap.
void cast_to_type(const OnnxCall& call, OnnxType to) {
  const OnnxType from = call.type(0);
  if (from == to) return call.define(call.value());
  if (!onnx_element(to) || to == OnnxType::string || from == OnnxType::string || to == OnnxType::int4 ||
      to == OnnxType::uint4)
    refuse_cast(call, from, to);
  const ValueId x = call.value();
  if (to == OnnxType::boolean) {
    return call.define(as_condition(call, from_number(call, 1, apply(call, F::equal, x, 0))), to);
  }
  ValueId y = as_type(call, x, call.device_type(to));
  const bool narrows = is_integer(to) && fits_int32(to) && to != OnnxType::int32 && from != to &&
                       from != OnnxType::boolean;
  const bool changes_sign = (to == OnnxType::uint32 || to == OnnxType::uint64) && !call.is_folding() &&
                            from != OnnxType::boolean && from != OnnxType::uint8 && from != OnnxType::uint16 &&
                            from != OnnxType::uint32 && from != OnnxType::uint64;
  if (changes_sign) refuse_cast(call, from, to);
  if (narrows) y = wrapped(call, y, to);
  call.define(y, to);
}

/// A constant: integers exactly, of 64 bits too.
void fold_cast_to_type(const OnnxCall& call, OnnxType to) {
  const OnnxType from = call.type(0);
  const std::optional<ElementType> element = onnx_element(to);
  if (!element || to == OnnxType::string || from == OnnxType::string || to == OnnxType::int4 || to == OnnxType::uint4)
    refuse_cast(call, from, to);
  const Array& x = call.known(0);
  if (to == OnnxType::boolean) {
    Integers truths;
    for (const double number : x.to<double>()) truths.push_back(number != 0 ? 1 : 0);
    return call.define_known(Array::of(*element, x.shape(), truths), to);
  }
  if (is_real(from)) return call.define_known(Array::of(*element, x.shape(), x.to<double>()), to);
  call.define_known(Array::of(*element, x.shape(), x.to<std::int64_t>()), to);
}

void read_saturation(const OnnxCall& call) {  // of float8 alone
  if (call.opset() >= 19) (void)call.flag("saturate", true);
  if (call.opset() >= 24) (void)call.text("round_mode", "up");
}

OnnxType stated_type(const OnnxCall& call) { return static_cast<OnnxType>(call.integer("to", 0)); }
void import_cast(const OnnxCall& call) { read_saturation(call), cast_to_type(call, stated_type(call)); }
void fold_cast(const OnnxCall& call) { read_saturation(call), fold_cast_to_type(call, stated_type(call)); }
void import_cast_like(const OnnxCall& call) { read_saturation(call), cast_to_type(call, call.type(1)); }

}  // namespace

std::vector<OnnxOperator> onnx_cast_operators() {
  return {
      {"Cast", 7, import_cast, fold_cast},
      {"CastLike", 15, import_cast_like},
  };
}

}  // namespace nacre::tools
