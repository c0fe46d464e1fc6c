#pragma once

#include <cstdint>

#include "nacre/status.hpp"
#include "nacre/tensor.hpp"

namespace nacre::text {

// What a row of `characters` says above the code point: see schema/operators/count_terms.md.
constexpr std::uint32_t kCodePoint = (1u << 21) - 1;
constexpr std::uint32_t kInTerm = 1u << 24, kInWord = 1u << 25, kSpace = 1u << 26, kCased = 1u << 27,
                        kIgnored = 1u << 28, kEndsRun = 1u << 29, kReplaced = 1u << 30;
constexpr std::uint32_t kDirectRows = 128;  ///< so many rows are code points that stand where their number says
constexpr std::uint32_t kLastCodePoint = 0x10ffff;

/// A code point of a text, or what the table makes of it, with flags.
struct Character {
  std::uint32_t code_point, flags;
};

/// The rows that say what becomes of characters, verified.
struct CharacterTable {
  const std::int32_t* rows;
  std::uint32_t count;
  const std::int32_t* replacements;

  const std::int32_t* row_of(std::uint32_t code_point) const {
    if (code_point < kDirectRows) return rows + 2 * code_point;
    std::uint32_t first = kDirectRows - 1, end = count;
    while (end - first > 1) {
      const std::uint32_t middle = first + (end - first) / 2;
      if ((static_cast<std::uint32_t>(rows[2 * middle]) & kCodePoint) <= code_point) first = middle;
      else end = middle;
    }
    return rows + 2 * first;
  }
};

/// Reads a text character by character, as the table changes them.
class Reader {
 public:
  Reader(const CharacterTable& table, const String& text)
      : table_(table),
        at_(reinterpret_cast<const unsigned char*>(text.data)),
        end_(text.size == 0 ? at_ : at_ + text.size) {}

  /// The next character. False at the end, and where the text is not UTF-8, which status() tells.
  bool next(Character* character) {
    while (left_ == 0) {
      std::uint32_t code_point = 0;
      if (!decode(&code_point)) return false;
      const std::int32_t* const row = table_.row_of(code_point);
      const auto flags = static_cast<std::uint32_t>(row[0]), change = static_cast<std::uint32_t>(row[1]);
      const bool is_last = (flags & kEndsRun) != 0 && ends_run();
      if ((flags & kIgnored) == 0) follows_cased_ = (flags & kCased) != 0;
      if ((flags & kReplaced) == 0) {
        *character = {code_point + change - (is_last ? 1 : 0), flags};
        return true;
      }
      replacement_ = table_.replacements + (change & 0xffffff);
      left_ = change >> 24;
    }
    const auto word = static_cast<std::uint32_t>(*replacement_++);
    --left_;
    *character = {word & kCodePoint, word};
    return true;
  }

  Status status() const { return is_bad_ ? Status::bad_text : Status::ok; }

 private:
  /// The next code point of the text. False at its end, or where it is none.
  bool decode(std::uint32_t* code_point) {
    if (at_ == end_) return false;
    const std::uint32_t first = *at_++;
    *code_point = first;
    if (first < 0x80) return true;
    const unsigned behind = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    std::uint32_t value = first & (0x3fu >> behind);
    bool holds = first >= 0xc2 && first <= 0xf4 && static_cast<std::size_t>(end_ - at_) >= behind;
    for (unsigned i = 0; holds && i < behind; ++i, ++at_) {
      holds = (*at_ & 0xc0) == 0x80;
      value = value << 6 | (*at_ & 0x3fu);
    }
    is_bad_ |= !holds || value < kLeast[behind] || value > kLastCodePoint || (value >> 11) == 0x1b;
    *code_point = value;
    return !is_bad_;
  }

  /// Whether what was read last stands behind a cased character and before none, but for those that are ignored.
  bool ends_run() const {
    if (!follows_cased_) return false;
    Reader ahead = *this;
    std::uint32_t code_point = 0;
    while (ahead.decode(&code_point)) {
      const auto flags = static_cast<std::uint32_t>(*table_.row_of(code_point));
      if ((flags & kIgnored) == 0) return (flags & kCased) == 0;
    }
    return true;
  }

  const CharacterTable& table_;
  const unsigned char *at_, *end_;
  const std::int32_t* replacement_ = nullptr;  // what is left of what a character became
  std::uint32_t left_ = 0;
  bool follows_cased_ = false, is_bad_ = false;
};

}  // namespace nacre::text
