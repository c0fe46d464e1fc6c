#pragma once

#include <set>
#include <string>

namespace nacre::tools::test {

/// The Keras layers of all fixtures that convert and say what they have.
std::set<std::string> fixture_layers();

}  // namespace nacre::tools::test
