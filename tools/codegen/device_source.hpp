#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace nacre::tools {

// What the text of an embedded C++ source says of others.

using Words = std::set<std::string, std::less<>>;
using LineVisitor =
    std::function<void(const std::string& line, const std::string& header, const std::string& condition)>;

/// Where an #include looks, as the build's compiler does.
std::string find_header(const std::string& name);

/// The lines of a source in order. `visit` gets each line, the header that it includes ("" where it is no #include) and
/// the condition around it ("" outside of any #if, and inside of a guard).
void for_each_line(const std::string& text, const LineVisitor& visit);

/// The folder's namespace, in which its sources define what others call; "" where it has none of its own.
std::string own_namespace(const std::string& path);

/// Functions and constants by "namespace::name", each with the sources that define one of that name.
const std::map<std::string, std::vector<std::string>>& definers();

/// What a text may call of other sources: its qualified names, and all its words in its own namespace. A mere
/// declaration calls nothing.
Words called_in(const std::string& all, const std::string& space);

}  // namespace nacre::tools
