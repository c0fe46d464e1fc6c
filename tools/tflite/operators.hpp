#pragma once

#include "tools/tflite/importer.hpp"

namespace nacre::tools {

void import_fully_connected(const TfliteImporter::Call&);
void import_conv_2d(const TfliteImporter::Call&);
void import_depthwise_conv_2d(const TfliteImporter::Call&);
void import_max_pool_2d(const TfliteImporter::Call&);
void import_average_pool_2d(const TfliteImporter::Call&);
void import_mean(const TfliteImporter::Call&);
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

}  // namespace nacre::tools
