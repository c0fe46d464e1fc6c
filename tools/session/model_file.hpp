#pragma once

#include <string>

#include "nacre/kernels.hpp"
#include "schema/description_generated.h"
#include "schema/model_generated.h"
#include "tools/common/buffer.hpp"
#include "tools/graph/program.hpp"
#include "tools/session/session.hpp"

namespace nacre::tools {

/// A Nacre file on the workstation: mapped, loaded, and its description verified. Nothing of a file that does not
/// load is looked at.
class ModelFile {
 public:
  /// Throws Refusal when the file is no whole Nacre model.
  explicit ModelFile(const std::string& path, Kernels kernels = native_kernels());
  /// The same of bytes in memory, 64-byte aligned.
  explicit ModelFile(Buffer file, Kernels kernels = native_kernels(), Digest digest = Digest::check);

  const Network& network() const { return session_.network(); }

  std::span<const std::byte> bytes() const { return file_.bytes(); }
  Span<const std::byte> view() const { return {file_.data(), file_.size()}; }
  const schema::Model& model() const { return *schema::GetModel(file_.data()); }
  /// The first section of a kind; null where the file has none.
  const schema::Section* section(schema::SectionKind kind) const;
  /// Null where the section was stripped.
  const schema::Description* description() const { return description_; }
  const MemoryNeeds& needs() const { return session_.needs(); }

  /// The program of a layer of map.
  Program program(unsigned layer) const;

  /// Names as the description gives them; the number where it has none.
  std::string input_name(unsigned index) const;
  std::string output_name(unsigned index) const;
  /// All of them, for messages.
  std::string input_names() const;

  /// Index of an output by name, alias or number. Throws Refusal that lists those there are.
  unsigned find_output(const std::string& name) const;
  /// Index of an input by name or alias; `otherwise` where it has none of that name.
  unsigned find_input(const std::string& name, unsigned otherwise) const;

 private:
  Buffer file_;
  Session session_;
  const schema::Description* description_ = nullptr;
};

/// "bad_tensor (tensors, field 0, element 17)", or "bad_parameter (operators, field stride_h, element 3)". `model` is
/// what does not load.
std::string describe(Status status, const Place& place, std::span<const std::byte> model);

}  // namespace nacre::tools
