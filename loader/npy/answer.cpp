#include "runtime/strict_float.hpp"  // first

#include "loader/npy/answer.hpp"

namespace nacre::npy {

std::uint32_t text_width(Span<const std::byte> texts, const PortNames* names) {
  std::uint32_t widest = 1;  // NumPy has no text of no characters
  const auto widen = [&](const String& text) {
    if (const std::uint32_t width = characters(text.data, text.size); width > widest) widest = width;
  };
  const auto* each = reinterpret_cast<const String*>(texts.data());
  for (std::size_t i = 0; i < texts.size() / sizeof(String); ++i) widen(each[i]);
  for (std::uint32_t i = 0; names != nullptr && i < names->labels(); ++i) widen(names->label(i));
  return widest;
}

std::size_t file_bytes(const Answer& answer) {
  return kHeaderBytes + answer.elements.size() / element_bytes(answer.type) * stored_bytes(answer.type, answer.width);
}

void write(const Answer& answer, std::byte* to) {
  write_header(to, answer.type, answer.width, answer.rows, answer.shape);
  write_row(to + kHeaderBytes, answer.type, answer.width, answer.elements);
}

}  // namespace nacre::npy
