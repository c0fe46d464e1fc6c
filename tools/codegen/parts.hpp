#pragma once

#include <span>
#include <string>

#include "tools/codegen/facts.hpp"
#include "tools/codegen/kernel_rows.hpp"

namespace nacre::tools {

// Texts of the files that `nacre codegen` writes, without the choice among them.

/// NAME_model.c: the bytes as one C string, in a section of the image where one is named.
std::string model_source(std::span<const std::byte> bytes, const std::string& name, const std::string& section);
/// NAME_model.S, which includes NAME.nacre.
std::string model_assembly(const std::string& name, const std::string& section);

/// NAME.h: what the model is, as constants, and its functions. `api` is how it includes nacre.h.
std::string c_header(const ModelFacts& model, const std::string& api);
/// NAME.c: its labels, and the functions that load, quantise and predict.
std::string c_source(const ModelFacts& model);

/// NAME.hpp and NAME_kernels.cpp, for who links the library.
std::string cpp_header(const ModelFacts& model, const std::vector<KernelRow>& rows);
std::string kernels_source(const ModelFacts& model);

/// The declaration of NAME_predict, without what follows it; "" for a model that has none, because its memory lies in
/// several blocks.
std::string predict_declaration(const ModelFacts& model);

/// "float", "nacre_text"; of the integer types that are stored integers, "int8_t".
const char* c_type(DataType type);

}  // namespace nacre::tools
