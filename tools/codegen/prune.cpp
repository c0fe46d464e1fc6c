#include "tools/codegen/prune.hpp"

#include <cctype>
#include <regex>
#include <vector>

namespace nacre::tools {
namespace {

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

struct Piece {
  std::string text;
  std::string name;  ///< what it declares; empty for what is no declaration
  bool is_kept = false;
};

/// What a declaration declares.
std::string declared_name(const std::string& text) {
  static const std::regex kType(
      R"((?:\bstruct|\bclass|\benum class|\benum|FLATBUFFERS_MANUALLY_ALIGNED_STRUCT\(\d+\))\s+(\w+)\s*)"
      R"((?:FLATBUFFERS_FINAL_CLASS|final|:|\{|;|<|$))");
  static const std::regex kEnd(R"(^FLATBUFFERS_STRUCT_END\((\w+),)");
  static const std::regex kOther(R"((\w+)(?:\(|\s*=))");
  const std::string head = text.substr(0, std::min(text.find('\n'), text.size()));
  std::smatch match;
  for (const std::regex* form : {&kEnd, &kType, &kOther})
    if (std::regex_search(head, match, *form)) return match[1];
  return "";
}

/// Text cut behind each declaration that begins and ends at the left margin.
std::vector<Piece> pieces_of(const std::string& text) {
  std::vector<Piece> pieces;
  std::string open;  // a declaration that has not ended
  int depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string line = text.substr(at, end - at);
    at = end;
    const bool is_other = line[0] == '#' || line[0] == '/' || line[0] == '\n' || line.starts_with("namespace") ||
                          line.starts_with("}  // namespace");
    if (open.empty() && is_other) {
      pieces.push_back({line, "", true});
      continue;
    }
    open += line;
    for (const char c : line) depth += c == '{' || c == '(' ? 1 : (c == '}' || c == ')' ? -1 : 0);
    const std::size_t last = line.find_last_not_of(" \n");
    if (depth > 0 || last == std::string::npos || (line[last] != ';' && line[last] != '}')) continue;
    pieces.push_back({open, declared_name(open)});
    open.clear();
  }
  if (!open.empty()) pieces.push_back({open, "", true});
  return pieces;
}

}  // namespace

std::set<std::string, std::less<>> words_of(std::string_view text) {
  std::set<std::string, std::less<>> words;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
    } else if (!is_word(text[at])) {
      ++at;
    } else {
      const std::size_t begin = at;
      while (at < text.size() && is_word(text[at])) ++at;
      words.emplace(text.substr(begin, at - begin));
    }
  }
  return words;
}

std::string pruned(const std::string& text, std::set<std::string, std::less<>> wanted, std::string_view unwanted) {
  std::vector<Piece> pieces = pieces_of(text);
  std::erase_if(pieces, [&](const Piece& piece) {
    return !piece.name.empty() && piece.text.find(unwanted) != std::string::npos;
  });
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (Piece& piece : pieces) {
      if (piece.is_kept || (!piece.name.empty() && !wanted.contains(piece.name))) continue;
      piece.is_kept = is_new = true;
      if (!piece.text.starts_with("enum")) wanted.merge(words_of(piece.text));  // enumerators name no declaration
    }
  }
  std::string kept;
  for (const Piece& piece : pieces)
    if (piece.is_kept) kept += piece.text;
  return kept;
}

}  // namespace nacre::tools
