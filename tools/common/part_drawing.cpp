#include "tools/common/part_drawing.hpp"

#include <langinfo.h>
#include <locale.h>

#include <string_view>

namespace nacre::tools {
namespace {

constexpr std::size_t kDrawnLines = 80, kAlike = 4;

struct Style {
  const char *passed, *refused, *open, *branch, *last, *line, *advice, *more;
};
constexpr Style kUnicode{"✓", "✗", "–", "├─ ", "└─ ", "│  ", "→ ", "…"};
constexpr Style kAscii{"[ok]", "[no]", "[--]", "|- ", "`- ", "|  ", "-> ", "..."};

class Drawing {
 public:
  explicit Drawing(const Style& style) : style_(style) {}

  void add(const std::vector<ModelPart>& parts, const std::string& before, bool is_root) {
    for (std::size_t i = 0; i < parts.size();) {
      const std::size_t count = alike(parts, i);
      const bool is_last = i + count == parts.size();
      const std::string own = is_root ? "" : is_last ? style_.last : style_.branch;
      lines_.push_back(before + own + title(parts, i, count));
      const std::string inside = before + (is_root ? "" : is_last ? "   " : style_.line);
      explain(parts[i], inside + (parts[i].parts.empty() ? "   " : style_.line));
      add(parts[i].parts, inside, false);
      i += count;
    }
  }

  std::vector<std::string> lines() && {
    if (const std::size_t all = lines_.size(); all > kDrawnLines) {
      lines_.resize(kDrawnLines);
      lines_.push_back(std::to_string(all - kDrawnLines) + " more lines; --json has all parts");
    }
    return std::move(lines_);
  }

 private:
  /// How many parts from `first` on are one line: as many as have the same mark and nothing to say, if they are many.
  static std::size_t alike(const std::vector<ModelPart>& parts, std::size_t first) {
    std::size_t count = 0;
    while (first + count < parts.size() && !parts[first + count].is_refused() &&
           parts[first + count].is_judged == parts[first].is_judged)
      ++count;
    return count < kAlike ? 1 : count;
  }

  std::string title(const std::vector<ModelPart>& parts, std::size_t first, std::size_t count) const {
    const ModelPart& part = parts[first];
    const char* const mark = part.is_refused() ? style_.refused : part.is_judged ? style_.passed : style_.open;
    const std::string text = std::string(mark) + " " + part.name;
    if (count == 1) return text;
    return text + " " + style_.more + " " + parts[first + count - 1].name + " (" + std::to_string(count) + ")";
  }

  void explain(const ModelPart& part, const std::string& before) {
    for (const Obstacle& obstacle : part.obstacles) {
      lines_.push_back(before + obstacle.what);
      lines_.push_back(before + style_.advice + obstacle.advice);
    }
  }

  const Style& style_;
  std::vector<std::string> lines_;
};

bool has_neighbours(const std::vector<ModelPart>& parts) {
  return parts.size() > 1 || (!parts.empty() && has_neighbours(parts[0].parts));
}

}  // namespace

Characters characters_of_locale() {
  const locale_t locale = newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return Characters::ascii;  // a name that this machine does not know
  const bool is_utf8 = std::string_view(nl_langinfo_l(CODESET, locale)) == "UTF-8";
  freelocale(locale);
  return is_utf8 ? Characters::unicode : Characters::ascii;
}

std::string explain_marks(Characters characters) {
  const Style& style = characters == Characters::unicode ? kUnicode : kAscii;
  return std::string("the model: ") + style.passed + " nothing found in the way, " + style.refused + " something, " +
         style.open + " not judged, as it needs what is refused";
}

std::vector<std::string> draw_parts(const std::vector<ModelPart>& parts, Characters characters) {
  if (!has_neighbours(parts)) return {};
  Drawing drawing(characters == Characters::unicode ? kUnicode : kAscii);
  drawing.add(parts, "", true);
  return std::move(drawing).lines();
}

}  // namespace nacre::tools
