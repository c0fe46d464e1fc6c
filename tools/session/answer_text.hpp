#pragma once

#include <string>

#include "loader/npy/answer.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// One element as a field of CSV: numbers in the shortest notation that reads back as the same number.
std::string element_text(DataType type, const std::byte* at);

/// The rows of an answer, one line each, with commas between the elements.
std::string rows_text(const npy::Answer& answer);

/// A CSV file: a header, then the rows. A column is called after the output, where there are several
/// also after its label or its number.
std::string csv_text(const npy::Answer& answer, const ModelFile& model, unsigned output);

}  // namespace nacre::tools
