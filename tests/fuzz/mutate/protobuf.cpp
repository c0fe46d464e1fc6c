#include <optional>
#include <vector>

#include "tests/fuzz/mutate/mutate.hpp"

namespace nacre::test {
namespace {

enum Wire : unsigned { varint = 0, fixed_64 = 1, delimited = 2, fixed_32 = 5 };

struct Field {
  std::uint64_t number = 0;
  unsigned wire = varint;
  std::uint64_t value = 0;       ///< of a varint
  std::string bytes;             ///< of everything else that is no message
  std::vector<Field> message{};  ///< what the bytes are where they read as one
};

std::optional<std::uint64_t> take_varint(const std::string& bytes, std::size_t* at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && *at < bytes.size(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes[(*at)++]);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

/// The fields of a message; nothing where the bytes are none.
std::optional<std::vector<Field>> parse(const std::string& bytes, int depth) {
  constexpr int kDeepest = 12;
  if (depth > kDeepest) return std::nullopt;
  std::vector<Field> fields;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto key = take_varint(bytes, &at);
    if (!key || *key >> 3 == 0 || *key >> 3 > 1000) return std::nullopt;
    Field field{*key >> 3, static_cast<unsigned>(*key & 7), 0, {}};
    std::optional<std::uint64_t> size;
    if (field.wire == varint || field.wire == delimited) {
      const auto number = take_varint(bytes, &at);
      if (!number) return std::nullopt;
      field.value = *number;
      size = field.wire == delimited ? *number : 0;
    } else if (field.wire == fixed_64 || field.wire == fixed_32) {
      size = field.wire == fixed_64 ? 8 : 4;
    }
    if (!size || *size > bytes.size() - at) return std::nullopt;
    field.bytes = bytes.substr(at, *size);
    at += *size;
    if (field.wire == delimited && !field.bytes.empty())
      if (auto inner = parse(field.bytes, depth + 1)) field.message = std::move(*inner);
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string serialise(const std::vector<Field>& fields) {
  std::string out;
  for (const Field& field : fields) {
    put_varint(out, field.number << 3 | field.wire);
    const std::string bytes = field.message.empty() ? field.bytes : serialise(field.message);
    if (field.wire == varint) put_varint(out, field.value);
    if (field.wire == delimited) put_varint(out, bytes.size());
    out += bytes;
  }
  return out;
}

/// Every list of fields, the outermost first.
void lists_of(std::vector<Field>& fields, std::vector<std::vector<Field>*>& lists) {
  lists.push_back(&fields);
  for (Field& field : fields)
    if (!field.message.empty()) lists_of(field.message, lists);
}

void change(Field& field, Dice& dice) {
  if (dice.one_in(16)) field.number = 1 + dice.below(30);
  else if (field.wire == varint) field.value = static_cast<std::uint64_t>(odd_number(dice));
  else if (field.wire == delimited && field.message.empty()) field.bytes = mutate_bytes(field.bytes);
  else if (field.wire != delimited) field.bytes[dice.below(field.bytes.size())] = static_cast<char>(dice.below(256));
}

void change_once(std::vector<Field>& message, Dice& dice) {
  std::vector<std::vector<Field>*> lists;
  lists_of(message, lists);
  std::vector<Field>& fields = *lists[dice.below(lists.size())];
  if (fields.empty()) return;
  const auto at = static_cast<std::ptrdiff_t>(dice.below(fields.size()));
  const std::vector<Field>& others = *lists[dice.below(lists.size())];
  switch (dice.below(5)) {
    case 0: fields.erase(fields.begin() + at); return;
    case 1: {
      const Field copy = fields[dice.below(fields.size())];
      fields.insert(fields.begin() + at, copy);
      return;
    }
    case 2: {
      if (others.empty()) return;
      const Field copy = others[dice.below(others.size())];
      fields[static_cast<std::size_t>(at)] = copy;
      return;
    }
    default: change(fields[static_cast<std::size_t>(at)], dice);
  }
}

}  // namespace

std::string mutate_protobuf(const std::string& bytes, Dice& dice) {
  auto message = parse(bytes, 0);
  if (!message) return mutate_bytes(bytes);
  do change_once(*message, dice);
  while (dice.one_in(3));
  return serialise(*message);
}

}  // namespace nacre::test
