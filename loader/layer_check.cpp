#include "loader/layer_check.hpp"

namespace nacre {

bool LayerCheck::report() const {
  const auto code = static_cast<std::uint32_t>(failure_);
  const auto part = static_cast<Part>(code >> 16 & 0xff);
  const unsigned field = code & 0xffff;
  const void* address = layer_;
  if (part == Part::header) address = loader_.header_;
  if (part == Part::operators) address = loader_.operator_table(index_);
  if (part == Part::arguments || part == Part::weights) address = arguments_ + field;
  return loader_.fail(static_cast<Status>(code >> 24), part, field, index_, address);
}

}  // namespace nacre
