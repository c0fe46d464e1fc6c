#pragma once

#include <span>
#include <string>

#include "loader/npy/answer.hpp"
#include "tools/session/model_file.hpp"

namespace nacre::tools {

/// One element as a field of CSV: numbers in the shortest notation that reads back as the same number.
std::string element_text(DataType type, const std::byte* at);

/// The rows of answers, one line each, with commas between the elements: those of the first answer, then the next. All
/// have as many rows; there is at least one.
std::string rows_text(std::span<const npy::Answer> answers);

/// A CSV file of answers, of these outputs of the model: a header, then the rows. A column is called after the output,
/// where that has several also after its label or its number.
std::string csv_text(std::span<const npy::Answer> answers, const ModelFile& model, std::span<const unsigned> outputs);

}  // namespace nacre::tools
