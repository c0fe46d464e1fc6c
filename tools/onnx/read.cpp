#include "tools/onnx/read.hpp"

#include <fmt/format.h>

#include "tools/common/line_ends.hpp"
#include "tools/common/refusal.hpp"
#include "tools/onnx/importer.hpp"

namespace nacre::tools {
namespace {

constexpr std::int64_t kNewestVersion = 14;  // of the format

void require_understood(const OnnxModel& model) {
  if (model.ir_version > kNewestVersion)
    throw Refusal("", fmt::format("it is of version {} of the ONNX format, and {} is the newest that Nacre knows",
                                  model.ir_version, kNewestVersion),
                  "save it with an earlier release of onnx, or use a newer release of Nacre");
  if (model.graph.has_sparse_initializers)
    throw Refusal("", "it holds sparse initializers, which Nacre does not support",
                  "export the model with dense weights");
  if (model.graph.nodes.empty() && model.graph.outputs.empty())
    throw Refusal("", "it holds no graph", "export the model again");
}

}  // namespace

Graph read_onnx(const Buffer& file, const std::string& folder, std::deque<InputShape>& shapes) {
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  OnnxModel model;
  try {
    model = parse_onnx(bytes);
  } catch (const Refusal&) {
    if (has_text_line_ends(file)) throw changed_line_ends();
    throw;
  }
  require_understood(model);
  return OnnxImporter(file, model, folder, shapes).run();
}

Graph read_onnx(const Buffer& file) {
  std::deque<InputShape> none;
  return read_onnx(file, "", none);
}

}  // namespace nacre::tools
