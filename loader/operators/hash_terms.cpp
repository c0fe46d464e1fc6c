#include "runtime/strict_float.hpp"  // first

#include "loader/text_check.hpp"

namespace nacre::checks {

void hash_terms(LayerCheck& layer) { check_terms<parameters::HashTerms>(layer); }

}  // namespace nacre::checks
