#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace nacre::tools {

/// A file that Nacre does not convert, and why. The command line prints it as
/// `nacre: <file>: <where>: <what>; <what to do>` and exits with status 1.
class Refusal : public std::runtime_error {
 public:
  /// `where` is the place inside the file ("byte 1204", "layer dense_3", "steps[1].classes_"; may be
  /// empty), `what` states the obstacle, `advice` tells the user what to do about it.
  Refusal(std::string where, std::string what, std::string advice)
      : std::runtime_error((where.empty() ? "" : where + ": ") + what + "; " + advice),
        where_(std::move(where)),
        what_(std::move(what)),
        advice_(std::move(advice)) {}

  /// The same refusal of a named file.
  Refusal in_file(std::string file) const {
    Refusal result = *this;
    if (result.file_.empty()) result.file_ = std::move(file);
    return result;
  }

  const std::string& file() const { return file_; }
  const std::string& where() const { return where_; }
  const std::string& obstacle() const { return what_; }
  const std::string& advice() const { return advice_; }

 private:
  std::string file_;
  std::string where_;
  std::string what_;
  std::string advice_;
};

}  // namespace nacre::tools
