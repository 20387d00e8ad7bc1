#include "server/config/option_type.h"

#include <array>
#include <filesystem>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/duration_text.h"

namespace stratagem::server {
namespace {

constexpr uint32_t kPortMax = 65'535;
constexpr char kForever[] = "forever";
constexpr char kUnlimited[] = "unlimited";
// Prefixes of units, each a thousand, or 1024, of the one before.
constexpr absl::string_view kPrefixes = "kmgtpe";

bool IsAddress(absl::string_view listen) {
  const size_t colon = listen.rfind(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view host = listen.substr(0, colon);
  const absl::string_view port = listen.substr(colon + 1);
  const bool in_brackets =
      host.size() > 2 && host.front() == '[' && host.back() == ']';
  uint32_t number = 0;
  return !host.empty() &&
         (in_brackets ||
          host.find_first_of("[]:") == absl::string_view::npos) &&
         absl::c_all_of(port, absl::ascii_isdigit) &&
         absl::SimpleAtoi(port, &number) && number <= kPortMax;
}

// An origin is a scheme, a host and perhaps a port (RFC 6454).
bool IsOrigin(absl::string_view origin) {
  const size_t scheme_end = origin.find("://");
  if (origin == "*") return true;
  if (scheme_end == absl::string_view::npos || scheme_end == 0) return false;
  const absl::string_view rest = origin.substr(scheme_end + 3);
  return !rest.empty() &&
         rest.find_first_of("/?#@* ") == absl::string_view::npos;
}

OptionType ListType(std::vector<std::string> Options::*member,
                    absl::string_view placeholder, absl::string_view expected,
                    bool (*is_item)(absl::string_view)) {
  return {.placeholder = std::string(placeholder),
          .expected = std::string(expected),
          .bounds = "a list",
          .read =
              [=](const std::string& text, Options& options) {
                if (!is_item(text)) return false;
                (options.*member).push_back(text);
                return true;
              },
          .write = [=](const Options& options) { return options.*member; },
          .clear = [=](Options& options) { (options.*member).clear(); }};
}

// One of `words`, which stand for the values of an enum in their order.
template <typename Enum, size_t N>
OptionType WordType(Enum Options::*member, std::array<const char*, N> words,
                    std::string expected) {
  return {.placeholder = "WORD",
          .expected = expected,
          .bounds = std::move(expected),
          .read =
              [=](const std::string& text, Options& options) {
                const auto word = absl::c_find(words, text);
                if (word == words.end()) return false;
                options.*member = static_cast<Enum>(word - words.begin());
                return true;
              },
          .write =
              [=](const Options& options) {
                return std::vector<std::string>{
                    words[static_cast<size_t>(options.*member)]};
              }};
}

template <typename Number>
OptionType BytesType(Number Options::*member, uint64_t bytes_min,
                     uint64_t bytes_max, bool may_be_unlimited) {
  const std::string range =
      absl::StrCat(SizeText(bytes_min), " to ", SizeText(bytes_max));
  return {
      .placeholder = "SIZE",
      .expected =
          absl::StrCat("a size from ", range,
                       may_be_unlimited ? ", such as 500MiB or 50GB, or "
                                          "`unlimited`"
                                        : ", such as 65536 or 64KiB"),
      .bounds = absl::StrCat(range, may_be_unlimited ? ", `unlimited`" : ""),
      .read =
          [=](const std::string& text, Options& options) {
            if (may_be_unlimited && text == kUnlimited) {
              options.*member = 0;
              return true;
            }
            uint64_t bytes = 0;
            if (!ParseSize(text, bytes) || bytes < bytes_min ||
                bytes > bytes_max) {
              return false;
            }
            options.*member = static_cast<Number>(bytes);
            return true;
          },
      .write =
          [=](const Options& options) {
            const uint64_t bytes = options.*member;
            return std::vector<std::string>{
                may_be_unlimited && bytes == 0 ? kUnlimited : SizeText(bytes)};
          }};
}

}  // namespace

bool ParseSize(absl::string_view text, uint64_t& bytes) {
  const std::string lower = absl::AsciiStrToLower(text);
  const size_t digits =
      std::min(lower.find_first_not_of("0123456789"), lower.size());
  absl::string_view unit = absl::string_view(lower).substr(digits);
  uint64_t number = 0;
  if (digits == 0 ||
      !absl::SimpleAtoi(absl::string_view(lower).substr(0, digits), &number)) {
    return false;
  }
  absl::ConsumeSuffix(&unit, "b");
  uint64_t factor = 1;
  if (!unit.empty()) {
    const size_t power = kPrefixes.find(unit.front());
    const bool is_binary = unit.substr(1) == "i";
    if (power == absl::string_view::npos || (unit.size() > 1 && !is_binary) ||
        (is_binary && !absl::EndsWith(lower, "b"))) {
      return false;
    }
    for (size_t i = 0; i <= power; ++i) factor *= is_binary ? 1024 : 1000;
  }
  if (number > std::numeric_limits<uint64_t>::max() / factor) return false;
  bytes = number * factor;
  return true;
}

std::string SizeText(uint64_t bytes) {
  std::string shortest = absl::StrCat(bytes);
  if (bytes == 0) return shortest;
  const auto try_unit = [&](uint64_t step, absl::string_view ending) {
    uint64_t number = bytes;
    for (size_t i = 0; i < kPrefixes.size() && number % step == 0; ++i) {
      number /= step;
      // "kB" but "KiB", as the standards have them.
      char prefix =
          absl::ascii_toupper(static_cast<unsigned char>(kPrefixes[i]));
      if (i == 0 && step == 1000) prefix = 'k';
      std::string text =
          absl::StrCat(number, absl::string_view(&prefix, 1), ending);
      if (number % step != 0 && text.size() <= shortest.size()) {
        shortest = std::move(text);
      }
    }
  };
  try_unit(1000, "B");
  try_unit(1024, "iB");
  return shortest;
}

OptionType DurationType(absl::Duration Options::*member,
                        absl::Duration duration_min,
                        absl::Duration duration_max) {
  const bool is_endless = duration_max == absl::InfiniteDuration();
  const std::string range = absl::StrCat(
      DurationText(duration_min),
      is_endless ? " on" : absl::StrCat(" to ", DurationText(duration_max)));
  return {
      .placeholder = "DURATION",
      .expected = absl::StrCat("a duration from ", range,
                               is_endless ? ", such as 400d, or `forever`"
                                          : ", such as 45s, 10m or 30d"),
      .bounds = is_endless ? absl::StrCat(DurationText(duration_min),
                                          " or more, `forever`")
                           : range,
      .read =
          [=](const std::string& text, Options& options) {
            if (is_endless && text == kForever) {
              options.*member = absl::InfiniteDuration();
              return true;
            }
            const std::optional<absl::Duration> read = ParseDuration(text);
            if (!read || *read < duration_min || *read > duration_max) {
              return false;
            }
            options.*member = *read;
            return true;
          },
      .write =
          [=](const Options& options) {
            const absl::Duration duration = options.*member;
            return std::vector<std::string>{duration == absl::InfiniteDuration()
                                                ? kForever
                                                : DurationText(duration)};
          }};
}

OptionType SizeType(size_t Options::*member, uint64_t bytes_min,
                    uint64_t bytes_max) {
  return BytesType(member, bytes_min, bytes_max, /*may_be_unlimited=*/false);
}

OptionType UnlimitedSizeType(uint64_t Options::*member, uint64_t bytes_min,
                             uint64_t bytes_max) {
  return BytesType(member, bytes_min, bytes_max, /*may_be_unlimited=*/true);
}

OptionType CountType(size_t Options::*member, size_t count_min,
                     size_t count_max, absl::string_view things) {
  return {.placeholder = "N",
          .expected = absl::StrCat("a number of ", things, " from ", count_min,
                                   " to ", count_max),
          .bounds = absl::StrCat(count_min, " to ", count_max),
          .style = ValueStyle::kNumber,
          .read =
              [=](const std::string& text, Options& options) {
                size_t count = 0;
                if (!absl::c_all_of(text, absl::ascii_isdigit) ||
                    !absl::SimpleAtoi(text, &count) || count < count_min ||
                    count > count_max) {
                  return false;
                }
                options.*member = count;
                return true;
              },
          .write =
              [=](const Options& options) {
                return std::vector<std::string>{absl::StrCat(options.*member)};
              }};
}

OptionType BoolType(bool Options::*member) {
  return {
      .placeholder = "BOOL",
      .expected = "true or false",
      .bounds = "true or false",
      .style = ValueStyle::kBool,
      .read =
          [=](const std::string& text, Options& options) {
            if (text != "true" && text != "false") return false;
            options.*member = text == "true";
            return true;
          },
      .write =
          [=](const Options& options) {
            return std::vector<std::string>{options.*member ? "true" : "false"};
          }};
}

OptionType AddressType(std::string Options::*member, bool may_be_empty) {
  return {.placeholder = "ADDR",
          .expected =
              absl::StrCat("HOST:PORT or [IPV6]:PORT with a port from "
                           "0 to ",
                           kPortMax, ", such as 127.0.0.1:",
                           may_be_empty ? "8080, or an empty text" : "50051"),
          .bounds = absl::StrCat("HOST:PORT, [IPV6]:PORT",
                                 may_be_empty ? ", or empty" : ""),
          .read =
              [=](const std::string& text, Options& options) {
                const bool is_none = may_be_empty && text.empty();
                if (!is_none && !IsAddress(text)) return false;
                options.*member = text;
                return true;
              },
          .write =
              [=](const Options& options) {
                return std::vector<std::string>{options.*member};
              }};
}

OptionType TextType(std::string Options::*member, absl::string_view placeholder,
                    absl::string_view expected, bool may_be_empty) {
  return {.placeholder = std::string(placeholder),
          .expected = std::string(expected),
          .bounds = std::string(expected),
          .read =
              [=](const std::string& text, Options& options) {
                if (text.empty() && !may_be_empty) return false;
                options.*member = text;
                return true;
              },
          .write =
              [=](const Options& options) {
                return std::vector<std::string>{options.*member};
              }};
}

OptionType FolderType(std::string Options::*member) {
  OptionType type =
      TextType(member, "DIR", "a folder that is there, or an empty text",
               /*may_be_empty=*/true);
  type.read = [read = std::move(type.read)](const std::string& text,
                                            Options& options) {
    std::error_code ignored;
    return (text.empty() || std::filesystem::is_directory(text, ignored)) &&
           read(text, options);
  };
  return type;
}

OptionType FolderListType(std::vector<std::string> Options::*member) {
  return ListType(member, "DIR", "the folder of a pack",
                  [](absl::string_view text) { return !text.empty(); });
}

OptionType OriginListType(std::vector<std::string> Options::*member) {
  return ListType(member, "ORIGIN",
                  "an origin, such as https://desk.example.com, or `*`",
                  IsOrigin);
}

OptionType PiiType(Pii Options::*member) {
  return WordType(member, std::array{"masked", "shown"}, "masked or shown");
}

OptionType LogLevelType(LogLevel Options::*member) {
  return WordType(member, std::array{"info", "warning", "error"},
                  "info, warning or error");
}

}  // namespace stratagem::server
