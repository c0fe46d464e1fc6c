#pragma once

#include <string>
#include <vector>

#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

/// One C++ source that is the runtime, the loader, the C interface and the kernels of these rows, and no others. Beside
/// nacre.h it needs only headers of the compiler. `prefix` names the list of the kernels, `prefix`_kernels.
///
/// All but the functions of nacre.h is internal to it, so that it meets neither another library's FlatBuffers nor the
/// source of another model; the functions are weak, so that of two such sources the linker takes one's.
std::string amalgamate(const std::vector<KernelRow>& rows, const std::string& prefix);

/// nacre.h as it stands beside such a source.
std::string standalone_header();

/// A file in C that uses nacre.h, as it stands beside it.
std::string standalone_source(const std::string& path);

}  // namespace nacre::tools
