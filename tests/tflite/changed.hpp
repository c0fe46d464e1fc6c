#pragma once

#include <functional>
#include <string>

#include "tests/support/models.hpp"
#include "tools/common/buffer.hpp"
#include "tools/tflite/importer.hpp"

namespace nacre::tools::test {

/// A fixture packed again after `change`.
inline Buffer changed(const std::string& name, const std::function<void(tflite::ModelT&)>& change) {
  const Buffer file = Buffer::map_file(fixture(name));
  tflite::ModelT model;
  tflite::GetModel(file.data())->UnPackTo(&model);
  change(model);
  flatbuffers::FlatBufferBuilder builder;
  tflite::FinishModelBuffer(builder, tflite::Model::Pack(builder, &model));
  const auto* bytes = reinterpret_cast<const std::byte*>(builder.GetBufferPointer());
  return Buffer::from({bytes, bytes + builder.GetSize()});
}

}  // namespace nacre::tools::test
