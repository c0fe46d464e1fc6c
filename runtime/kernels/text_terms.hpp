#pragma once

#include <cstdint>

#include "nacre/operators.hpp"
#include "runtime/kernels/text_prefix.hpp"
#include "runtime/kernels/text_reader.hpp"

namespace nacre::text {

constexpr unsigned kLongestTerm = 16;  ///< words or characters

/// Cuts a text into terms and counts them as they end. `Sink` says what a term is while it is read: Sink::Term begin(),
/// void add(Term&, byte), Status count(const Term&).
template <typename Sink, typename Parameters>
class Terms {
 public:
  using Term = typename Sink::Term;

  Terms(const Parameters& parameters, const Texts& stop_words, Sink& sink)
      : p_(parameters), stop_words_(stop_words), sink_(sink) {}

  Status read(Reader reader) {
    Character character;
    while (status_ == Status::ok && reader.next(&character)) {
      if (p_.analyzer == Analyzer::words) read_in_words(character);
      else if (p_.analyzer == Analyzer::padded) read_in_runs(character);
      else read_whole(character);
    }
    if (p_.analyzer == Analyzer::words) end_word();
    else if (p_.analyzer == Analyzer::padded) end_run();
    else end_spaces();
    return reader.status() != Status::ok ? reader.status() : status_;
  }

 private:
  void read_in_words(const Character& character) {
    if ((character.flags & kInWord) == 0) return end_word();
    if (length_ == 0) begin_word();
    ++length_;
    is_word_ &= (character.flags & kInTerm) != 0;
    const Utf8 utf8(character.code_point);
    for (unsigned i = 0; i < utf8.count; ++i) {
      stop_word_.add(stop_words_, utf8.bytes[i]);
      add_to_all(utf8.bytes[i]);
    }
  }

  /// Terms that the words before have begun may go on with this one.
  void begin_word() {
    is_word_ = true;
    stop_word_ = Prefix(stop_words_);
    open_ = ended_ < longest() ? ended_ + 1 : longest();
    for (unsigned k = 1; k < open_; ++k) {
      terms_[k] = before_[k - 1];
      sink_.add(terms_[k], ' ');
    }
    terms_[0] = sink_.begin();
  }

  void end_word() {
    if (length_ == 0) return;
    const bool counts = is_word_ && length_ >= p_.least && length_ <= p_.most &&
                        stop_word_.found(stop_words_) == Prefix::kNone;
    length_ = 0;
    if (!counts) return;  // as if it did not stand there
    ended_ = open_;
    for (unsigned k = 0; k < open_; ++k) before_[k] = terms_[k];
    count_open();
  }

  void read_in_runs(const Character& character) {
    if ((character.flags & kSpace) != 0) return end_run();
    if (length_++ == 0) open_ = 0, read_character(' ');
    read_character(character.code_point);
  }

  void end_run() {
    if (length_ == 0) return;
    read_character(' ');
    if (length_ + 2 < p_.shortest) count(terms_[open_ - 1]);
    length_ = 0;
  }

  void read_whole(const Character& character) {
    if ((character.flags & kSpace) != 0) {
      space_ = length_++ == 0 ? character.code_point : ' ';
      return;
    }
    end_spaces();
    read_character(character.code_point);
  }

  void end_spaces() {
    if (length_ != 0) read_character(space_);
    length_ = 0;
  }

  /// Every character begins a term, and goes on with those that are still short enough.
  void read_character(std::uint32_t code_point) {
    open_ = open_ < longest() ? open_ + 1 : longest();
    for (unsigned k = open_; k-- > 1;) terms_[k] = terms_[k - 1];
    terms_[0] = sink_.begin();
    const Utf8 utf8(code_point);
    for (unsigned i = 0; i < utf8.count; ++i) add_to_all(utf8.bytes[i]);
    count_open();
  }

  void add_to_all(std::uint8_t byte) {
    for (unsigned k = 0; k < open_; ++k) sink_.add(terms_[k], byte);
  }

  /// Term k has k + 1 words or characters.
  void count_open() {
    for (unsigned k = p_.shortest - 1u; k < open_; ++k) count(terms_[k]);
  }
  void count(const Term& term) {
    if (status_ == Status::ok) status_ = sink_.count(term);
  }

  /// As the loader has verified, which compilers do not know.
  unsigned longest() const { return p_.longest < kLongestTerm ? p_.longest : kLongestTerm; }

  struct Utf8 {
    explicit Utf8(std::uint32_t c) : count(c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4) {
      for (unsigned i = count; i-- > 1; c >>= 6) bytes[i] = static_cast<std::uint8_t>(0x80 | (c & 0x3f));
      constexpr std::uint8_t kLead[] = {0, 0xc0, 0xe0, 0xf0};
      bytes[0] = static_cast<std::uint8_t>(kLead[count - 1] | c);
    }
    unsigned count;
    std::uint8_t bytes[4];
  };

  const Parameters& p_;
  const Texts& stop_words_;
  Sink& sink_;
  Term terms_[kLongestTerm] = {};   // those that are being read: number k has k + 1 words or characters
  Term before_[kLongestTerm] = {};  // those that ended with the last word
  unsigned open_ = 0, ended_ = 0;
  std::uint32_t length_ = 0;        // characters of the word, run or white space that is being read
  std::uint32_t space_ = ' ';
  Prefix stop_word_;
  bool is_word_ = true;
  Status status_ = Status::ok;
};

}  // namespace nacre::text
