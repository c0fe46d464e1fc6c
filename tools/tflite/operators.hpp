#pragma once

#include "tools/tflite/importer.hpp"

namespace nacre::tools {

/// The operator that a code stands for, wherever the file says it.
tflite::BuiltinOperator code_of(const tflite::OperatorCode& code);

void import_fully_connected(const TfliteImporter::Call&);
void import_conv_2d(const TfliteImporter::Call&);
void import_depthwise_conv_2d(const TfliteImporter::Call&);
void import_max_pool_2d(const TfliteImporter::Call&);
void import_average_pool_2d(const TfliteImporter::Call&);
void import_reduce(const TfliteImporter::Call&);
void import_binary(const TfliteImporter::Call&);
void import_concatenation(const TfliteImporter::Call&);
void import_softmax(const TfliteImporter::Call&);
void import_unary(const TfliteImporter::Call&);
void import_prelu(const TfliteImporter::Call&);
void import_quantize(const TfliteImporter::Call&);
void import_dequantize(const TfliteImporter::Call&);
void import_reshape(const TfliteImporter::Call&);
void import_transpose(const TfliteImporter::Call&);
void import_pad(const TfliteImporter::Call&);
void import_shape(const TfliteImporter::Call&);
void import_pack(const TfliteImporter::Call&);
void import_strided_slice(const TfliteImporter::Call&);
void import_slice(const TfliteImporter::Call&);
void import_reverse(const TfliteImporter::Call&);
void import_split(const TfliteImporter::Call&);
void import_split_v(const TfliteImporter::Call&);
void import_unpack(const TfliteImporter::Call&);
void import_gather(const TfliteImporter::Call&);
void import_cast(const TfliteImporter::Call&);
void import_arg_max(const TfliteImporter::Call&);
void import_space_to_batch(const TfliteImporter::Call&);
void import_batch_to_space(const TfliteImporter::Call&);
void import_lstm(const TfliteImporter::Call&);
void import_while(const TfliteImporter::Call&);

}  // namespace nacre::tools
