#include "tools/tflite/read.hpp"

#include <charconv>

#include "tools/common/line_ends.hpp"
#include "tools/common/refusal.hpp"
#include "tools/tflite/importer.hpp"

namespace nacre::tools {

InputShape parse_input_shape(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  InputShape result;
  if (equals != std::string::npos) result.input = text.substr(0, equals);
  const char* at = text.data() + (equals == std::string::npos ? 0 : equals + 1);
  const char* const end = text.data() + text.size();
  for (bool more = true; more;) {
    std::int32_t length = 0;
    const auto [next, error] = std::from_chars(at, end, length);
    if (error != std::errc{} || length < 1 || (next != end && *next != ','))
      throw Refusal("", "--shape " + text + " is no shape",
                    "give lengths with commas between them, as in --shape 1,224,224,3 or --shape image=1,224,224,3");
    result.shape.push_back(length);
    more = next != end, at = next + 1;
  }
  return result;
}

Graph read_tflite(const Buffer& file) {
  TfliteChoices none;
  return read_tflite(file, none);
}

Graph read_tflite(const Buffer& file, TfliteChoices& choices) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(file.data());
  flatbuffers::Verifier verifier(bytes, file.size(), 64, 1 << 20);
  if (file.size() < 8 || !tflite::VerifyModelBuffer(verifier))
    throw has_text_line_ends(file) ? changed_line_ends()
                                   : Refusal("", "this is not a whole TensorFlow Lite file: it is damaged or cut short",
                                             "download or copy it again in full, or convert the model again");
  const tflite::Model& model = *tflite::GetModel(bytes);
  return TfliteImporter(file, model, choose_signature(model, choices.signatures), choices).run();
}

}  // namespace nacre::tools
