#pragma once

#include <set>
#include <string>

namespace nacre::tools {

/// `text` as an identifier of C and C++ that nobody else has: what is not ASCII becomes its code point ("u6a21"), other
/// characters underscores, so that no name can leave its place. Keywords, macros and functions of the C library and of
/// processors, and reserved names get a prefix.
std::string identifier(const std::string& text);

/// The same in capitals, for macros.
std::string macro_name(const std::string& text);

/// `text` as a string literal of C, with its quotes. Whatever it holds, it ends there.
std::string c_string(const std::string& text);

/// Identifiers of one scope, no two alike.
class Names {
 public:
  /// `name`, with a number behind it where it is taken.
  std::string add(const std::string& name) {
    std::string free = name;
    for (unsigned i = 2; !taken_.insert(free).second; ++i) free = name + "_" + std::to_string(i);
    return free;
  }

 private:
  std::set<std::string> taken_;
};

}  // namespace nacre::tools
