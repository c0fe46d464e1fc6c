// The module nacre._core: a model, and rows as NumPy lays them out. What Python users see is python/nacre.

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

#include "nacre/version.h"
#include "python/src/model.hpp"

namespace nb = nanobind;

namespace nacre::python {
namespace {

using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using OwnedBytes = nb::ndarray<nb::numpy, std::uint8_t, nb::ndim<1>>;

/// An array: its kind and bytes of an element as NumPy's dtype has them, its shape, and its elements in C order or,
/// `by_columns`, in Fortran's.
struct Array {
  char kind;
  std::uint32_t item;
  std::vector<std::uint64_t> shape;
  Bytes elements;
  bool by_columns;
};

npy::File view_of(const Array& array) {
  npy::File file;
  file.kind = array.kind, file.item = array.item;
  file.rank = static_cast<unsigned>(array.shape.size());
  if (file.rank > std::size(file.shape)) throw Refused("an array has more than 8 axes; give fewer");
  file.fortran_order = array.by_columns;
  std::ranges::copy(array.shape, file.shape);
  file.data = {reinterpret_cast<const std::byte*>(array.elements.data()), array.elements.size()};
  return file;
}

OwnedBytes to_python(std::vector<std::byte> bytes) {
  auto* const kept = new std::vector<std::byte>(std::move(bytes));
  const nb::capsule owner(kept, [](void* p) noexcept { delete static_cast<std::vector<std::byte>*>(p); });
  return OwnedBytes(reinterpret_cast<std::uint8_t*>(kept->data()), {kept->size()}, owner);
}

/// Answers as (bytes of the elements, characters of a text or 0), in the order of `outputs`.
nb::list run(const Model& model, const std::vector<Array>& inputs, const std::vector<unsigned>& outputs,
             unsigned threads) {
  std::vector<npy::File> files;
  for (const Array& array : inputs) files.push_back(view_of(array));
  std::vector<Answer> answers;
  {
    const nb::gil_scoped_release others_may_run;
    answers = model.run(files, outputs, threads);
  }
  nb::list result;
  for (Answer& answer : answers) result.append(nb::make_tuple(to_python(std::move(answer.bytes)), answer.width));
  return result;
}

const char* type_name(DataType type) {
  switch (type) {
    case DataType::float32: return "float32";
    case DataType::float64: return "float64";
    case DataType::int64: return "int64";
    case DataType::int32: return "int32";
    case DataType::int16: return "int16";
    case DataType::int8: return "int8";
    case DataType::uint8: return "uint8";
    case DataType::boolean: return "bool";
    case DataType::string: return "str";
  }
  return "";
}

nb::dict port(const std::string& name, DataType type, const Shape& shape, const schema::PortDescription* about) {
  nb::dict result;
  nb::list lengths, features, labels;
  for (unsigned i = 0; i < shape.rank(); ++i) lengths.append(shape[i]);
  if (about != nullptr && about->features() != nullptr)
    for (const auto* feature : *about->features()) features.append(feature->str());
  if (about != nullptr && about->labels() != nullptr)
    for (const auto* label : *about->labels()) labels.append(label->str());
  result["name"] = name, result["dtype"] = type_name(type), result["shape"] = nb::tuple(lengths);
  result["features"] = features, result["labels"] = labels;
  return result;
}

nb::list inputs_of(const Model& model) {
  const Network& network = model.file().network();
  nb::list result;
  for (unsigned i = 0; i < network.inputs(); ++i) {
    const schema::PortDescription* about = model.file().input(i);
    nb::dict entry = port(model.file().input_name(i), network.input_type(i), network.input_shape(i), about);
    nb::list places;
    if (about != nullptr && about->places() != nullptr)
      for (const std::uint32_t place : *about->places()) places.append(place);
    nb::dict categories;
    if (about != nullptr && about->categories() != nullptr)
      for (const schema::Categories* listed : *about->categories()) {
        nb::list texts;
        for (const auto* text : *listed->texts()) texts.append(text->str());
        categories[nb::int_(listed->column())] = nb::make_tuple(texts, listed->refuses_others());
      }
    nb::dict missing;
    if (about != nullptr && about->missing() != nullptr)
      for (const schema::Missing* other : *about->missing())
        missing[nb::int_(other->element())] = other->kind() == schema::MissingKind::none ? "None" : "an empty text";
    entry["missing"] = missing;
    entry["documents"] = model.file().documents(i);
    entry["places"] = places, entry["categories"] = categories;
    entry["refuses_missing"] = (network.input_port(i).flags & PortRecord::kRefusesMissing) != 0;
    result.append(entry);
  }
  return result;
}

nb::list outputs_of(const Model& model) {
  const Network& network = model.file().network();
  nb::list result;
  for (unsigned i = 0; i < network.outputs(); ++i)
    result.append(port(model.file().output_name(i), network.output_type(i), network.output_shape(i),
                       model.file().output(i)));
  return result;
}

nb::list table_of(const Model& model) {
  nb::list result;
  if (const schema::Description* about = model.file().description(); about != nullptr && about->table() != nullptr)
    for (const auto* column : *about->table()) result.append(column->str());
  return result;
}

std::string name_of(const Model& model) {
  return model.file().description() == nullptr ? "" : model.file().description()->name()->str();
}

nb::bytes bytes_of(const Model& model) {
  const auto bytes = model.file().bytes();
  return nb::bytes(bytes.data(), bytes.size());
}

}  // namespace

NB_MODULE(_core, module) {
  nb::exception<Refused>(module, "Refused", PyExc_ValueError);
  module.attr("version") = NACRE_VERSION;
  nb::class_<Array>(module, "Array")
      .def("__init__",
           [](Array* self, const std::string& kind, std::uint32_t item, std::vector<std::uint64_t> shape,
              Bytes elements, bool by_columns) {
             new (self) Array{kind.at(0), item, std::move(shape), std::move(elements), by_columns};
           });
  nb::class_<Model>(module, "Model")
      .def("__init__",
           [](Model* self, const nb::bytes& file) {
             new (self) Model(Span<const std::byte>(static_cast<const std::byte*>(file.data()), file.size()));
           })
      .def_prop_ro("inputs", inputs_of)
      .def_prop_ro("outputs", outputs_of)
      .def_prop_ro("table", table_of)
      .def_prop_ro("name", name_of)
      .def_prop_ro("rows_at_a_time", &Model::rows_at_a_time)
      .def_prop_ro("file", bytes_of)
      .def("find_output", [](const Model& model, const std::string& name) { return model.file().find_output(name); })
      .def("run", run);
}

}  // namespace nacre::python
