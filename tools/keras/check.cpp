#include "tools/keras/check.hpp"

#include "tools/common/refusal.hpp"
#include "tools/keras/classes.hpp"
#include "tools/keras/inputs.hpp"
#include "tools/keras/operation.hpp"
#include "tools/keras/references.hpp"

namespace nacre::tools {
namespace {

using Json = nlohmann::json;

class Check {
 public:
  explicit Check(const KerasVersion& version) : version_(version) {}

  void all(const Json& model) {
    obstacles_.attempt(keras_part_name(model), [&] { inside(model, "", 0); });
    obstacles_.refuse_if_any();
  }

 private:
  void inside(const Json& object, const std::string& wrapper, int depth) {
    for (const InnerLayer& layer : inner_layers(object, depth)) {
      const std::string class_name = keras_text(*layer.object, "class_name");
      const std::string name = wrapper.empty() ? layer.key : wrapper;
      obstacles_.attempt(keras_part_name(*layer.object), [&] {
        obstacles_.attempt([&] { one(*layer.object, class_name, name, depth); });
        inside(*layer.object, is_keras_model(class_name) ? "" : name, depth + 1);
      });
    }
  }

  void one(const Json& object, const std::string& class_name, const std::string& name, int depth) {
    if (class_name == "InputLayer" && depth == 0) (void)keras_input(object, nullptr);
    if (is_keras_model(class_name) || class_name == "InputLayer" || is_keras_wrapper(class_name)) return;
    Graph unused;
    const KerasLayer layer{unused, class_name, name, keras_member(object, "config"), {}, version_};
    if (is_keras_operation(object)) return check_operation(layer);
    if (const KerasClass& known = keras_class_of(layer, object); known.check != nullptr) known.check(layer);
  }

  const KerasVersion& version_;
  Obstacles obstacles_;
};

}  // namespace

void check_keras_layers(const Json& model, const KerasVersion& version) { Check(version).all(model); }

}  // namespace nacre::tools
