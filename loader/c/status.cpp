#include "runtime/strict_float.hpp"  // first

#include "nacre/load.hpp"
#include "nacre/nacre.h"

uint32_t nacre_version(void) { return NACRE_VERSION_NUMBER; }

uint32_t nacre_format_version(void) { return nacre::kFormatVersion; }

const char* nacre_status_name(nacre_status status) { return nacre::name(static_cast<nacre::Status>(status)); }

const char* nacre_part_name(nacre_part part) { return nacre::name(static_cast<nacre::Part>(part)); }
