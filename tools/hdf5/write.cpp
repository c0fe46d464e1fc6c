#include "tools/hdf5/write.hpp"

#include <hdf5.h>

#include <algorithm>
#include <stdexcept>

namespace nacre::tools {
namespace {

/// An identifier of the library that closes itself.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) { require_written(id >= 0); }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

  static void require_written(bool done) {
    if (!done) throw std::runtime_error("the HDF5 library does not write the file");
  }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

std::pair<hid_t, hid_t> types_of(ElementType type) {
  switch (type) {
    case ElementType::float32: return {H5T_IEEE_F32LE, H5T_NATIVE_FLOAT};
    case ElementType::float64: return {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE};
    case ElementType::int64: return {H5T_STD_I64LE, H5T_NATIVE_INT64};
    case ElementType::int32: return {H5T_STD_I32LE, H5T_NATIVE_INT32};
    case ElementType::int8: return {H5T_STD_I8LE, H5T_NATIVE_INT8};
    default: throw std::logic_error("an element type that nobody writes to HDF5");
  }
}

Handle text_type(std::size_t size) {
  struct Copied {
    hid_t id;
  } copied{H5Tcopy(H5T_C_S1)};
  Handle::require_written(H5Tset_size(copied.id, size) >= 0 && H5Tset_cset(copied.id, H5T_CSET_UTF8) >= 0);
  return {copied.id, H5Tclose};
}

void add_text(hid_t group, const std::string& name, const std::string& text) {
  const Handle type = text_type(H5T_VARIABLE), space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  const char* bytes = text.c_str();
  Handle::require_written(H5Awrite(attribute, type, &bytes) >= 0);
}

void add_texts(hid_t group, const std::string& name, const std::vector<std::string>& texts) {
  constexpr std::size_t kMostBytes = 60000;  // an attribute lies in the header of its object, below 64 KB
  std::size_t width = 1;
  for (const std::string& text : texts) width = std::max(width, text.size());
  const std::size_t most = std::max<std::size_t>(kMostBytes / width, 1);
  if (texts.size() > most) {
    for (std::size_t first = 0, chunk = 0; first < texts.size(); first += most, ++chunk)
      add_texts(group, name + std::to_string(chunk),
                {texts.begin() + static_cast<std::ptrdiff_t>(first),
                 texts.begin() + static_cast<std::ptrdiff_t>(std::min(first + most, texts.size()))});
    return;
  }
  std::string all(width * texts.size(), '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) all.replace(i * width, texts[i].size(), texts[i]);
  const hsize_t count = texts.size();
  const Handle type = text_type(width), space(H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Handle attribute(H5Acreate2(group, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  if (!texts.empty()) Handle::require_written(H5Awrite(attribute, type, all.data()) >= 0);
}

void add_dataset(hid_t group, const std::string& name, const Array& array) {
  std::vector<hsize_t> shape(array.shape().begin(), array.shape().end());
  const auto [file_type, memory_type] = types_of(array.type());
  const Handle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                   : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose);
  const Handle properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  Handle::require_written(H5Pset_obj_track_times(properties, 0) >= 0);
  const Handle dataset(H5Dcreate2(group, name.c_str(), file_type, space, H5P_DEFAULT, properties, H5P_DEFAULT),
                       H5Dclose);
  Handle::require_written(H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.bytes().data()) >= 0);
}

void fill(hid_t id, const Hdf5Group& group) {
  for (const auto& [name, attribute] : group.attributes) {
    if (const auto* text = std::get_if<std::string>(&attribute)) add_text(id, name, *text);
    else add_texts(id, name, std::get<std::vector<std::string>>(attribute));
  }
  for (const auto& [name, array] : group.datasets) add_dataset(id, name, array);
  for (const auto& [name, inside] : group.groups) {
    const Handle properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
    Handle::require_written(H5Pset_obj_track_times(properties, 0) >= 0);
    const Handle made(H5Gcreate2(id, name.c_str(), H5P_DEFAULT, properties, H5P_DEFAULT), H5Gclose);
    fill(made, inside);
  }
}

}  // namespace

std::vector<std::byte> write_hdf5(const Hdf5Group& root) {
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  Handle::require_written(H5Pset_fapl_core(access, 1 << 20, 0) >= 0);  // in memory alone
  const Handle file(H5Fcreate("model", H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
  fill(file, root);
  Handle::require_written(H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0);
  const ssize_t size = H5Fget_file_image(file, nullptr, 0);
  Handle::require_written(size > 0);
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  Handle::require_written(H5Fget_file_image(file, bytes.data(), bytes.size()) == size);
  return bytes;
}

}  // namespace nacre::tools
