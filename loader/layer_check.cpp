#include "loader/layer_check.hpp"

namespace nacre {

bool LayerCheck::report() const {
  const auto code = static_cast<std::uint32_t>(failure_);
  const auto part = static_cast<Part>(code >> 16 & 0xff);
  const auto status = static_cast<Status>(code >> 24);
  unsigned field = code & 0xffff;
  const void* address = layer_;
  if (part == Part::header) address = loader_.header_;
  if (part == Part::operators) address = loader_.operator_table(index_);
  if (part == Part::arguments) address = arguments_ + field;
  if (part == Part::weights) address = loader_.weights_.data() + input_record(field).offset;
  if (status == Status::bad_parameter) field = Loader::field_id(field);
  return loader_.fail(status, part, field, index_, address);
}

}  // namespace nacre
