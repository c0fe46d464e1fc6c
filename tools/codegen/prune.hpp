#pragma once

#include <set>
#include <string>
#include <string_view>

namespace nacre::tools {

/// The words of C++ text that may be names, without those of its comments.
std::set<std::string, std::less<>> words_of(std::string_view text);

/// A generated C++ source without the declarations that nothing names: of `wanted`, and of what these name in turn.
/// Those that mention a word of `unwanted` go too. A declaration is what begins and ends at the left margin, as flatc
/// and nacre-describe write it; what is none (comments, preprocessor lines, namespaces) stays.
std::string pruned(const std::string& text, std::set<std::string, std::less<>> wanted, std::string_view unwanted);

}  // namespace nacre::tools
