#include "tools/format/contents.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "tools/format/tar.hpp"
#include "tools/zip/zip.hpp"

namespace nacre::tools {
namespace {

constexpr std::size_t kMostMembers = 1000, kMostNamed = 5;

struct Member {
  std::string name;
  Format format;
};

/// Whether a file, or a folder above it, has a name that begins with a full stop: ".git/objects/0a", but not
/// "./model.pkl".
bool is_hidden(const std::string& name) {
  for (std::size_t at = 0; at < name.size(); at = std::min(name.find('/', at), name.size() - 1) + 1)
    if (name[at] == '.' && name.compare(at, 2, "./") != 0 && name.compare(at, 3, "../") != 0) return true;
  return false;
}

std::vector<Member> members_of_zip(const Buffer& file) {
  constexpr std::size_t kMostRead = 50, kMostBytes = std::size_t{64} << 20;
  const ZipArchive zip(file);
  std::vector<Member> members;
  std::size_t bytes = 0;
  for (const std::string& name : zip.names()) {
    if (name.ends_with("/") || members.size() == kMostMembers) continue;
    Format format = Format::unknown;
    if (members.size() < kMostRead && bytes < kMostBytes) try {
        const Buffer content = zip.read(name);
        bytes += content.size();
        format = recognise(content.bytes());
      } catch (const Refusal&) {  // what cannot be unpacked is listed by its name
      }
    members.push_back({name, format});
  }
  return members;
}

std::vector<Member> members_of_tar(const Buffer& file) {
  std::vector<Member> members;
  for (const TarMember& member : list_tar(file, kMostMembers))
    members.push_back({member.name, recognise(member.content.bytes())});
  return members;
}

/// The files below a folder, not too deep.
std::vector<Member> members_of_folder(const std::string& path) {
  namespace fs = std::filesystem;
  constexpr int kDeepest = 4;
  std::vector<Member> members;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(path, fs::directory_options::skip_permission_denied, error);
       !error && at != fs::end(at); at.increment(error)) {
    if (at.depth() >= kDeepest) at.disable_recursion_pending();
    if (!at->is_regular_file(error) || members.size() == kMostMembers) continue;
    try {
      members.push_back(
          {at->path().lexically_relative(path).string(), recognise(Buffer::map_file(at->path().string()).bytes())});
    } catch (const Refusal&) {  // a file that may not be read is none to give
    }
  }
  std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) { return a.name < b.name; });
  return members;
}

/// "a, b, c and 4 more".
std::string list(const std::vector<std::string>& names) {
  const std::size_t named = std::min(names.size(), kMostNamed);
  const std::string text =
      fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(named), ", "));
  return named == names.size() ? text : fmt::format("{} and {} more", text, names.size() - named);
}

/// Those that may be the model: what is read, or could be after unpacking; else what belongs to another library; else
/// anything.
Refusal refuse_container(const std::string& kind, const std::vector<Member>& members, const std::string& unpack) {
  std::vector<std::string> read, foreign, other;
  Format format = Format::unknown;
  for (const Member& member : members) {
    if (is_hidden(member.name)) continue;
    const bool useful = is_read(member.format) || member.format == Format::compressed;
    const std::string text =
        useful || is_model(member.format) ? fmt::format("{} ({})", member.name, describe(member.format)) : member.name;
    if (!useful && is_model(member.format) && foreign.empty()) format = member.format;
    (useful ? read : is_model(member.format) ? foreign : other).push_back(text);
  }
  if (!read.empty())
    return {"", fmt::format("this is {} with {} in it", kind, list(read)),
            fmt::format("{}give the model itself", unpack)};
  if (!foreign.empty())
    return {"", fmt::format("this is {} with {} in it, which Nacre does not read", kind, list(foreign)),
            way_out(format)};
  if (other.empty()) return {"", fmt::format("this is {} without a file in it", kind), "give the saved model"};
  return {"", fmt::format("this is {} with {} in it, none of which is a model that is known here", kind, list(other)),
          way_out(Format::unknown)};
}

bool holds(const std::filesystem::path& folder, const char* name) {
  std::error_code error;
  return std::filesystem::exists(folder / name, error);
}

}  // namespace

Refusal refuse_unread(const Buffer& file, Format format) {
  switch (format) {
    case Format::zip: return refuse_container("a zip archive", members_of_zip(file), "unpack it with unzip and ");
    case Format::tar: return refuse_container("a tar archive", members_of_tar(file), "unpack it with tar -xf and ");
    default: return {"", describe_unread(file.bytes(), format), way_out(format)};
  }
}

void require_no_folder(const std::string& path) {
  std::error_code error;
  const std::filesystem::path folder(path);
  if (!std::filesystem::is_directory(folder, error)) return;
  const auto is_a = [&](Format format) {
    return Refusal("", fmt::format("this is {} in a folder, which Nacre does not read", describe(format)),
                   way_out(format));
  };
  if (holds(folder, "saved_model.pb") || holds(folder, "saved_model.pbtxt"))
    throw is_a(Format::saved_model).in_file(path);
  if (holds(folder, "Manifest.json") && holds(folder, "Data")) throw is_a(Format::coreml).in_file(path);
  const std::string kind = holds(folder, "MLmodel") ? "the folder of an MLflow model" : "a folder";
  throw refuse_container(kind, members_of_folder(path), "").in_file(path);
}

}  // namespace nacre::tools
